//===- PackRows.cpp - Row blocks in the order that kernels read -----------===//
//
// Which rows a block takes; how they become bytes is the format's. Tested by tests/unit/codegen/weights/PackTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/weights/PackRows.h"

namespace weebill::weights {

PackedRows packRows(const FieldLayout &field, int64_t first, int64_t count, const PartReader &read) {
  const formats::WeightFormat &format = *field.format;
  std::vector<int64_t> blockBytes; // of each array
  PackedRows packed;               // starts as zeros: padding needs no further thought
  for (const formats::FormatArray &array : format.arrays) {
    blockBytes.push_back(format.rowBlock * array.bytesOfRow(field.columns));
    packed.emplace_back(count * blockBytes.back());
  }

  const formats::KeptBlocks *kept = format.kept;
  std::vector<float> rows(kept ? 0 : format.rowBlock * field.modelColumns);
  std::vector<uint8_t> keptRows(kept ? format.rowBlock * kept->rowBytes(field.modelColumns) : 0);
  std::vector<uint8_t *> block(packed.size());
  for (int64_t i = 0; i < count; ++i) {
    const RowBlock source = rowBlock(field, first + i);
    for (size_t array = 0; array < packed.size(); ++array)
      block[array] = packed[array].data() + i * blockBytes[array];
    if (kept) {
      read.blocks(source.part, source.firstRow, source.rows, keptRows.data());
      format.packKept(keptRows.data(), source.rows, field.modelColumns, block.data());
    } else {
      read.numbers(source.part, source.firstRow, source.rows, rows.data());
      format.packBlock(rows.data(), source.rows, field.modelColumns, block.data());
    }
  }
  return packed;
}

} // namespace weebill::weights
