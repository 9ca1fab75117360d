//===- MatrixQ6_0.cpp - Six bits with a scale -----------------------------===//
//
// Q6_0: 32 columns are a float16 scale and codes 0..63; a weight is `scale * (code - 32)` (docs/numerics.md, "Weights
// that are kept"). Blocks as ik_llama.cpp has them, which is what `--weights int6` makes of floats. Tested by
// tests/unit/codegen/formats/PackKeptTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/formats/Formats.h"
#include "codegen/formats/KeptRecords.h"

namespace weebill::formats {

static constexpr KeptBlocks kBlocks = {
    .type = "Q6_0",
    .columns = 32,
    .bytes = 26,
    .recordBytes = 26,
    .pieceBytes = 26,
    .scales = 384,
    .minimums = 0,
    .codes = "SixBits",
    .zero = 32,
};

/// A block is the scale and codes.
static void pack(const uint8_t *block, uint8_t *record, int64_t lane) {
  packSixBits(block + 2, record, lane);
  packHalf(block, record + kBlocks.scales, lane);
}

constinit const WeightFormat kMatrixQ6_0 = keptFormat<kBlocks, pack>({
    .name = "q6_0",
    .number = 18,
    .operations = keptOperations<3>,
    .embedOperations = 1, // the scale
    .words = "Q6_0 as stored",
    .member = "LinearQ6_0 ",
    .structText =
        R"(// A matrix of Q6_0, codes of six bits with a scale for each 32 columns, in records of 16 rows and 32 columns: codes
// [4][16][4] without their upper two bits, the second 16 columns in the upper halves of bytes, these bits [2][16][4],
// those of columns 16 h + 4 s + i as bits 2 s and 2 s + 1 of byte i of half h, then f16 scale [16].
struct LinearQ6_0 {
  const u8 *records; // [rows / 16][columns / 32][416]
};

)",
    .functionSuffix = "_q6_0",
    .embedRow = R"(// Some columns of a token's row of the embedding matrix, which lies as the head reads it.
inline void embed_row(const LinearQ6_0 &w, i32 id, Range columns, f32 *x) {
  const u8 *row = w.records + i64{id / 16} * $bytes;
  const i32 lane = id % 16;
  for (i32 k = columns.from; k < columns.to; ++k) {
    const u8 *record = row + k / 32 * 416;
    const i32 half = k % 32 / 16, byte = record[k % 16 / 4 * 64 + lane * 4 + k % 4];
    const i32 plane = record[256 + half * 64 + lane * 4 + k % 4];
    const i32 code = (half == 0 ? byte & 15 : byte >> 4) | (plane >> k % 16 / 4 * 2 & 3) << 4;
    f16 scale;
    std::memcpy(&scale, record + 384 + lane * 2, sizeof scale);
    x[k] = convert<f32>(scale) * static_cast<f32>(code - 32);
  }
}
)",
});

} // namespace weebill::formats
