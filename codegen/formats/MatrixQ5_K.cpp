//===- MatrixQ5_K.cpp - Five bits, scales and minimums of six -------------===//
//
// Q5_K of a GGUF file, kept: 256 columns are two float16 and 8 groups of 32 with codes 0..31 and two numbers of six
// bits; a weight is `float16 * scale * code - other float16 * minimum`
// (docs/numerics.md, "Weights that are kept"). Tested by tests/unit/codegen/formats/PackKeptTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/formats/Formats.h"
#include "codegen/formats/KeptRecords.h"

namespace weebill::formats {

static constexpr KeptBlocks kBlocks = {
    .type = "Q5_K",
    .columns = 256,
    .bytes = 176,
    .recordBytes = 180,
    .pieceBytes = 22,
    .scales = 320,
    .minimums = 336,
    .shared = true,
    .codes = "FiveBits",
};

constinit const WeightFormat kMatrixQ5_K = keptFormat<kBlocks, packTwoLevels<kBlocks, 5>>({
    .name = "q5_k",
    .number = 10,
    .operations = keptOperations<8>,
    .embedOperations = 5, // both products, the difference, scale and minimum
    .words = "Q5_K as stored",
    .member = "LinearQ5_K ",
    .structText =
        R"(// A matrix of Q5_K, its codes as a GGUF file has them, in records of 16 rows and 256 columns. For each 32 columns:
// codes [4][16][4] without their fifth bits, the second 16 columns in the upper halves of bytes, these bits [16][4],
// that of column 4 s + i as bit s of byte i, u8 scale [16], u8 minimum [16]. Behind these the factors of all of them: of
// scales f16 [16], of minimums f16 [16].
struct LinearQ5_K {
  const u8 *records; // [rows / 16][columns / 256][2880]
};

)",
    .functionSuffix = "_q5_k",
    .embedRow = R"(// Some columns of a token's row of the embedding matrix, which lies as the head reads it.
inline void embed_row(const LinearQ5_K &w, i32 id, Range columns, f32 *x) {
  const u8 *row = w.records + i64{id / 16} * $bytes;
  const i32 lane = id % 16;
  for (i32 k = columns.from; k < columns.to; ++k) {
    const u8 *record = row + k / 256 * 2880, *piece = record + k % 256 / 32 * 352, *halves = record + 2816 + lane * 2;
    const i32 byte = piece[k % 16 / 4 * 64 + lane * 4 + k % 4], plane = piece[256 + lane * 4 + k % 4];
    const i32 code = (k % 32 < 16 ? byte & 15 : byte >> 4) | (plane >> k % 32 / 4 & 1) << 4;
    f16 scale, minimum;
    std::memcpy(&scale, halves, sizeof scale);
    std::memcpy(&minimum, halves + 32, sizeof minimum);
    const f32 d = convert<f32>(scale) * static_cast<f32>(piece[320 + lane]);
    const f32 m = 0.0f - convert<f32>(minimum) * static_cast<f32>(piece[336 + lane]);
    x[k] = d * static_cast<f32>(code) + m;
  }
}
)",
});

} // namespace weebill::formats
