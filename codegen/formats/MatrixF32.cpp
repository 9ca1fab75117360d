//===- MatrixF32.cpp - Matrices as they are -------------------------------===//
//
// Tested by tests/unit/codegen/formats/PackBlockTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/formats/FloatBlocks.h"
#include "codegen/formats/Formats.h"

namespace weebill::formats {

static constexpr FormatArray kArrays[] = {
    {.name = "values", .type = "f32", .elementBytes = 4, .elements = 1, .columns = 1, .readByEmbed = true},
};

static void packBlock(const float *rows, int64_t count, int64_t columns, uint8_t *const *arrays) {
  packFloatBlock(rows, count, columns, [](float x) { return x; }, arrays[0]);
}

static std::string shape(const std::string &rows, const std::string &columns) {
  return floatShape("float32", rows, columns);
}

constinit const WeightFormat kMatrixF32 = {
    .name = "f32",
    .number = 1,
    .activations = Activations::Floats,
    .arrays = kArrays,
    .rowBlock = kRowBlock,
    .columnMultiple = 1,
    .packBlock = packBlock,
    .holds = nullptr,
    .limit = "",
    .operations = floatOperations,
    .embedOperations = 0, // a row is copied
    .words = "float32",
    .shape = shape,
    .member = "LinearF32 ",
    .structText = R"(// A matrix of float32 rows, in blocks of 16 rows.
struct LinearF32 {
  const f32 *values; // [rows / 16][columns][16]
};

)",
    .functionSuffix = "_f32",
    .kernelArguments = "w.values + i64{block} * $values",
    .embedRow = R"(// Some columns of a token's row of the embedding matrix, which lies as the head reads it.
inline void embed_row(const LinearF32 &w, i32 id, Range columns, f32 *x) {
  const f32 *row = w.values + i64{id / 16} * $block + id % 16;
  for (i32 k = columns.from; k < columns.to; ++k)
    x[k] = row[16 * k];
}
)",
};

} // namespace weebill::formats
