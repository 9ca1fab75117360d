//===- MatrixQ6_K.cpp - Six bits, scales of eight -------------------------===//
//
// Q6_K of a GGUF file, kept: 256 columns are a float16 and 16 groups of 16 with codes 0..63 and a signed byte; a weight
// is `float16 * byte * (code - 32)`
// (docs/numerics.md, "Weights that are kept"). Tested by tests/unit/codegen/formats/PackKeptTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/formats/Formats.h"
#include "codegen/formats/KeptRecords.h"

namespace weebill::formats {

static constexpr KeptBlocks kBlocks = {
    .type = "Q6_K",
    .columns = 256,
    .bytes = 210,
    .recordBytes = 210,
    .pieceBytes = 26,
    .scales = 384,
    .minimums = 0,
    .shared = true,
    .scalesOfGroup = 2,
    .codes = "SixBits",
    .zero = 32,
};

/// A block is 128 bytes of lower halves, 64 of upper pairs of bits, 16 signed scales, the float16. A byte of lower
/// halves has columns 64 apart, one of pairs columns 32 apart, both within 128.
static void pack(const uint8_t *block, uint8_t *record, int64_t lane) {
  const uint8_t *scales = block + 192;
  for (int group = 0; group < 8; ++group) {
    const uint8_t *lower = block + group / 4 * 64 + group % 2 * 32, *pairs = block + 128 + group / 4 * 32;
    uint8_t codes[32];
    for (int i = 0; i < 32; ++i)
      codes[i] = uint8_t((lower[i] >> (group % 4 < 2 ? 0 : 4) & 15) | (pairs[i] >> group % 4 * 2 & 3) << 4);
    uint8_t *piece = record + group * kBlocks.pieceBytes * kRowBlock;
    packCodes<6>(codes, piece, lane);
    piece[kBlocks.scales + lane] = scales[2 * group];
    piece[kBlocks.scales + kRowBlock + lane] = scales[2 * group + 1];
  }
  packHalf(block + 208, record + sharedOffset(kBlocks), lane);
}

constinit const WeightFormat kMatrixQ6_K = keptFormat<kBlocks, pack>({
    .name = "q6_k",
    .number = 11,
    .operations = keptOperations<8>,
    .embedOperations = 2, // the product of both scales, and with it
    .words = "Q6_K as stored",
    .member = "LinearQ6_K ",
    .structText =
        R"(// A matrix of Q6_K, its codes as a GGUF file has them, in records of 16 rows and 256 columns. For each 32 columns:
// codes [4][16][4] without their upper two bits, the second 16 columns in the upper halves of bytes, these bits
// [2][16][4], those of columns 16 h + 4 s + i as bits 2 s and 2 s + 1 of byte i of half h, i8 scale [2][16], one for
// each 16 columns. Behind these the factor of all scales, f16 [16].
struct LinearQ6_K {
  const u8 *records; // [rows / 16][columns / 256][3360]
};

)",
    .functionSuffix = "_q6_k",
    .embedRow = R"(// Some columns of a token's row of the embedding matrix, which lies as the head reads it.
inline void embed_row(const LinearQ6_K &w, i32 id, Range columns, f32 *x) {
  const u8 *row = w.records + i64{id / 16} * $bytes;
  const i32 lane = id % 16;
  for (i32 k = columns.from; k < columns.to; ++k) {
    const u8 *record = row + k / 256 * 3360, *piece = record + k % 256 / 32 * 416;
    const i32 half = k % 32 / 16, byte = piece[k % 16 / 4 * 64 + lane * 4 + k % 4];
    const i32 plane = piece[256 + half * 64 + lane * 4 + k % 4];
    const i32 code = (half == 0 ? byte & 15 : byte >> 4) | (plane >> k % 16 / 4 * 2 & 3) << 4;
    f16 scale;
    std::memcpy(&scale, record + 3328 + lane * 2, sizeof scale);
    const f32 d = convert<f32>(scale) * static_cast<f32>(static_cast<i8>(piece[384 + half * 16 + lane]));
    x[k] = d * static_cast<f32>(code - 32);
  }
}
)",
});

} // namespace weebill::formats
