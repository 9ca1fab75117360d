//===- MatrixQ4_K.cpp - Four bits, scales and minimums of six -------------===//
//
// Q4_K of a GGUF file, kept: 256 columns are two float16 and 8 groups of 32 with codes 0..15 and two numbers of six
// bits; a weight is `float16 * scale * code - other float16 * minimum`
// (docs/numerics.md, "Weights that are kept"). Tested by tests/unit/codegen/formats/PackKeptTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/formats/Formats.h"
#include "codegen/formats/KeptRecords.h"

namespace weebill::formats {

static constexpr KeptBlocks kBlocks = {
    .type = "Q4_K",
    .columns = 256,
    .bytes = 144,
    .recordBytes = 148,
    .pieceBytes = 18,
    .scales = 256,
    .minimums = 272,
    .shared = true,
    .codes = "Nibbles",
};

constinit const WeightFormat kMatrixQ4_K = keptFormat<kBlocks, packTwoLevels<kBlocks, 4>>({
    .name = "q4_k",
    .number = 9,
    .operations = keptOperations<8>,
    .embedOperations = 5, // both products, the difference, scale and minimum
    .words = "Q4_K as stored",
    .member = "LinearQ4_K ",
    .structText =
        R"(// A matrix of Q4_K, its codes as a GGUF file has them, in records of 16 rows and 256 columns. For each 32 columns:
// codes [4][16][4], the second 16 columns in the upper halves of bytes, u8 scale [16], u8 minimum [16]. Behind these
// the factors of all of them: of scales f16 [16], of minimums f16 [16].
struct LinearQ4_K {
  const u8 *records; // [rows / 16][columns / 256][2368]
};

)",
    .functionSuffix = "_q4_k",
    .embedRow = R"(// Some columns of a token's row of the embedding matrix, which lies as the head reads it.
inline void embed_row(const LinearQ4_K &w, i32 id, Range columns, f32 *x) {
  const u8 *row = w.records + i64{id / 16} * $bytes;
  const i32 lane = id % 16;
  for (i32 k = columns.from; k < columns.to; ++k) {
    const u8 *record = row + k / 256 * 2368, *piece = record + k % 256 / 32 * 288, *halves = record + 2304 + lane * 2;
    const i32 byte = piece[k % 16 / 4 * 64 + lane * 4 + k % 4];
    f16 scale, minimum;
    std::memcpy(&scale, halves, sizeof scale);
    std::memcpy(&minimum, halves + 32, sizeof minimum);
    const f32 d = convert<f32>(scale) * static_cast<f32>(piece[256 + lane]);
    const f32 m = 0.0f - convert<f32>(minimum) * static_cast<f32>(piece[272 + lane]);
    x[k] = d * static_cast<f32>(k % 32 < 16 ? byte & 15 : byte >> 4) + m;
  }
}
)",
});

} // namespace weebill::formats
