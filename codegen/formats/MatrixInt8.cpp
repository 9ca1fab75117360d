//===- MatrixInt8.cpp - Matrices of 8-bit rows ----------------------------===//
//
// A scale for each row, and the row's sum for the zero point of the activations (docs/numerics.md, "Quantizing
// weights"). Four columns lie in 32 bits, which is what dot products of bytes take. Tested by
// tests/unit/codegen/formats/PackBlockTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/formats/Formats.h"
#include "codegen/formats/QuantizeRow.h"

#include <cstring>
#include <vector>

namespace weebill::formats {

static constexpr FormatArray kArrays[] = {
    {.name = "values", .type = "i8", .elementBytes = 1, .elements = 1, .columns = 1, .readByEmbed = true},
    {.name = "scale", .type = "f32", .elementBytes = 4, .elements = 1, .columns = 0, .readByEmbed = true},
    {.name = "row_sum", .type = "i32", .elementBytes = 4, .elements = 1, .columns = 0, .readByEmbed = false},
};

/// Values [columns / 4][16][4], scale [16], row_sum [16].
static void packBlock(const float *rows, int64_t count, int64_t columns, uint8_t *const *arrays) {
  std::vector<int8_t> values(columns);
  for (int64_t lane = 0; lane < count; ++lane) {
    const QuantizedRow row = quantizeRow({rows + lane * columns, size_t(columns)}, values);
    for (int64_t column = 0; column < columns; ++column)
      arrays[0][column / 4 * kRowBlock * 4 + lane * 4 + column % 4] = uint8_t(values[column]);
    std::memcpy(arrays[1] + lane * 4, &row.scale, 4);
    std::memcpy(arrays[2] + lane * 4, &row.rowSum, 4);
  }
}

/// Products and their sum, then the zero point's part (a product, a difference) and two scales.
static Operations operations(int64_t rows, int64_t columns) {
  return {.integer = 2 * rows * columns + 2 * rows, .floating = 2 * rows};
}

static std::string shape(const std::string &rows, const std::string &columns) {
  return "int8 [" + rows + " / 16][" + columns + " / 4][16][4], scale float32 and row_sum int32 [" + rows + "]";
}

constinit const WeightFormat kMatrixInt8 = {
    .name = "int8",
    .number = 2,
    .activations = Activations::Codes,
    .arrays = kArrays,
    .rowBlock = kRowBlock,
    .columnMultiple = 64,
    .packBlock = packBlock,
    .holds = nullptr,
    .limit = "",
    .operations = operations,
    .embedOperations = 1, // the scale
    .words = "int8, one scale a row",
    .shape = shape,
    .member = "LinearInt8 ",
    .structText =
        R"(// A matrix of 8-bit rows, in blocks of 16 rows: values [rows / 16][columns / 4][16][4], columns padded to 64.
struct LinearInt8 {
  const i8 *values;
  const f32 *scale;   // [rows] what one step of a value is worth
  const i32 *row_sum; // [rows] sum of the row's values, for the zero point of the activations
};

)",
    .functionSuffix = "",
    .kernelArguments = "w.values + i64{block} * $values, w.row_sum + $rows * block, w.scale + $rows * block",
    .embedRow = R"(// Some columns of a token's row of the embedding matrix, which lies as the head reads it.
inline void embed_row(const LinearInt8 &w, i32 id, Range columns, f32 *x) {
  const i8 *row = w.values + i64{id / 16} * $block + id % 16 * 4;
  for (i32 k = columns.from; k < columns.to; ++k)
    x[k] = static_cast<f32>(row[k / 4 * 64 + k % 4]) * w.scale[id];
}
)",
};

} // namespace weebill::formats
