//===- MatrixF16.cpp - Matrices rounded to float16 ------------------------===//
//
// Widened as they are read (docs/numerics.md, "float16 weights"). Tested by
// tests/unit/codegen/formats/PackBlockTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/formats/FloatBlocks.h"
#include "codegen/formats/Formats.h"
#include "codegen/formats/Half.h"

#include <cmath>

namespace weebill::formats {

static constexpr FormatArray kArrays[] = {
    {.name = "values", .type = "f16", .elementBytes = 2, .elements = 1, .columns = 1, .readByEmbed = true},
};

static void packBlock(const float *rows, int64_t count, int64_t columns, uint8_t *const *arrays) {
  packFloatBlock(rows, count, columns, toHalf, arrays[0]);
}

static bool holds(float number) { return std::fabs(number) < kHalfOverflow; }

static std::string shape(const std::string &rows, const std::string &columns) {
  return floatShape("float16", rows, columns);
}

constinit const WeightFormat kMatrixF16 = {
    .name = "f16",
    .number = 3,
    .activations = Activations::Floats,
    .arrays = kArrays,
    .rowBlock = kRowBlock,
    .columnMultiple = 1,
    .packBlock = packBlock,
    .holds = holds,
    .limit = "which float16 cannot hold: it ends at 65504",
    .operations = floatOperations,
    .embedOperations = 0, // widening is free where it is fast, and not arithmetic
    .words = "float16",
    .shape = shape,
    .member = "LinearF16 ",
    .structText = R"(// A matrix of float16 rows, in blocks of 16 rows; a number becomes float32 as it is read.
struct LinearF16 {
  const f16 *values; // [rows / 16][columns][16]
};

)",
    .functionSuffix = "_f16",
    .kernelArguments = "w.values + i64{block} * $values",
    .embedRow = R"(// Some columns of a token's row of the embedding matrix, which lies as the head reads it.
inline void embed_row(const LinearF16 &w, i32 id, Range columns, f32 *x) {
  const f16 *row = w.values + i64{id / 16} * $block + id % 16;
  for (i32 k = columns.from; k < columns.to; ++k)
    x[k] = convert<f32>(row[16 * k]);
}
)",
};

} // namespace weebill::formats
