//===- PackRows.cpp - Row blocks in the order that kernels read -----------===//
//
// Tested by tests/unit/codegen/weights/PackTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/weights/PackRows.h"

#include "codegen/weights/Half.h"
#include "codegen/weights/Quantize.h"

#include <cstring>

namespace weebill::weights {

namespace {

/// One row into values [columns / 4][16][4], at its lane.
void storeRowInt8(std::span<const int8_t> row, int64_t lane, uint8_t *block) {
  for (size_t column = 0; column < row.size(); ++column)
    block[column / 4 * kRowBlock * 4 + lane * 4 + column % 4] = uint8_t(row[column]);
}

/// One row into values [columns][16], at its lane.
void storeRowF32(std::span<const float> row, int64_t lane, uint8_t *block) {
  for (size_t column = 0; column < row.size(); ++column)
    std::memcpy(block + (column * kRowBlock + lane) * sizeof(float), &row[column], sizeof(float));
}

/// The same, rounded.
void storeRowF16(std::span<const float> row, int64_t lane, uint8_t *block) {
  for (size_t column = 0; column < row.size(); ++column) {
    const uint16_t half = toHalf(row[column]);
    std::memcpy(block + (column * kRowBlock + lane) * sizeof half, &half, sizeof half);
  }
}

int64_t elementBytes(plan::WeightKind kind) {
  return kind == plan::WeightKind::MatrixInt8  ? sizeof(int8_t)
         : kind == plan::WeightKind::MatrixF16 ? sizeof(uint16_t)
                                               : sizeof(float);
}

} // namespace

PackedRows packRows(const FieldLayout &field, int64_t first, int64_t count, const PartReader &read) {
  const bool int8 = field.kind == plan::WeightKind::MatrixInt8;
  const int64_t blockBytes = kRowBlock * field.columns * elementBytes(field.kind);
  PackedRows packed; // starts as zeros: padding needs no further thought
  packed.values.resize(count * blockBytes);
  if (int8) {
    packed.scale.resize(count * kRowBlock);
    packed.rowSum.resize(count * kRowBlock);
  }

  std::vector<float> rows(kRowBlock * field.modelColumns);
  std::vector<int8_t> quantized(field.modelColumns);
  for (int64_t i = 0; i < count; ++i) {
    const RowBlock source = rowBlock(field, first + i);
    read(source.part, source.firstRow, source.rows, rows.data());
    for (int64_t lane = 0; lane < source.rows; ++lane) {
      const std::span<const float> row(rows.data() + lane * field.modelColumns, field.modelColumns);
      uint8_t *block = packed.values.data() + i * blockBytes;
      if (!int8) {
        (field.kind == plan::WeightKind::MatrixF16 ? storeRowF16 : storeRowF32)(row, lane, block);
        continue;
      }
      const QuantizedRow result = quantizeRow(row, quantized);
      storeRowInt8(quantized, lane, block);
      packed.scale[i * kRowBlock + lane] = result.scale;
      packed.rowSum[i * kRowBlock + lane] = result.rowSum;
    }
  }
  return packed;
}

PackedRows packVector(const FieldLayout &field, const PartReader &read) {
  std::vector<float> row(field.columns); // zeros beyond the model's columns
  read(0, 0, 1, row.data());
  PackedRows packed;
  packed.values.resize(row.size() * sizeof(float));
  std::memcpy(packed.values.data(), row.data(), packed.values.size());
  return packed;
}

} // namespace weebill::weights
