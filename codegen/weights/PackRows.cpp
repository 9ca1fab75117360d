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

  std::vector<float> rows(format.rowBlock * field.modelColumns);
  std::vector<uint8_t *> block(packed.size());
  for (int64_t i = 0; i < count; ++i) {
    const RowBlock source = rowBlock(field, first + i);
    read(source.part, source.firstRow, source.rows, rows.data());
    for (size_t array = 0; array < packed.size(); ++array)
      block[array] = packed[array].data() + i * blockBytes[array];
    format.packBlock(rows.data(), source.rows, field.modelColumns, block.data());
  }
  return packed;
}

} // namespace weebill::weights
