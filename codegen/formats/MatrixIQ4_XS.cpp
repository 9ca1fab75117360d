//===- MatrixIQ4_XS.cpp - Four bits of a table, scales of six -------------===//
//
// IQ4_XS of a GGUF file, kept: 256 columns are a float16 and 8 groups of 32 with codes 0..15 of 16 values -127..113 and
// a number of six bits; a weight is `float16 * (number - 32) * value` (docs/numerics.md, "Weights that are kept").
// Tested by tests/unit/codegen/formats/PackKeptTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/formats/Formats.h"
#include "codegen/formats/KeptRecords.h"

namespace weebill::formats {

static constexpr KeptBlocks kBlocks = {
    .type = "IQ4_XS",
    .columns = 256,
    .bytes = 136,
    .recordBytes = 138,
    .pieceBytes = 17,
    .scales = 256,
    .minimums = 0,
    .shared = true,
    .codes = "ValuesIQ4",
    .isSigned = true,
    .values = kValuesIQ4,
};

/// A block is the float16, two bytes of the upper two bits of scales, four of their lower halves, and 16 bytes
/// of codes for each group, in their lower and their upper halves.
static void pack(const uint8_t *block, uint8_t *record, int64_t lane) {
  for (int group = 0; group < 8; ++group) {
    uint8_t *piece = record + group * kBlocks.pieceBytes * kRowBlock;
    packFours(block + 8 + 16 * group, 16, piece, lane);
    const int lower = block[4 + group / 2] >> (group % 2 * 4) & 15, upper = block[2 + group / 4] >> group % 4 * 2 & 3;
    piece[kBlocks.scales + lane] = uint8_t((lower | upper << 4) - 32);
  }
  packHalf(block, record + sharedOffset(kBlocks), lane);
}

constinit const WeightFormat kMatrixIQ4_XS = keptFormat<kBlocks, pack>({
    .name = "iq4_xs",
    .number = 13,
    .operations = keptOperations<4>,
    .embedOperations = 2, // the product of both scales, and with it
    .words = "IQ4_XS as stored",
    .member = "LinearIQ4_XS ",
    .structText =
        R"(// A matrix of IQ4_XS, its codes as a GGUF file has them, in records of 16 rows and 256 columns. For each 32 columns:
// codes [4][16][4], the second 16 columns in the upper halves of bytes, and i8 scale [16]. Behind these the factor of
// all scales, f16 [16].
struct LinearIQ4_XS {
  const u8 *records; // [rows / 16][columns / 256][2208]
};

)",
    .functionSuffix = "_iq4_xs",
    .embedRow = R"(// Some columns of a token's row of the embedding matrix, which lies as the head reads it.
inline void embed_row(const LinearIQ4_XS &w, i32 id, Range columns, f32 *x) {
  constexpr i8 kValues[16] = {$values};
  const u8 *row = w.records + i64{id / 16} * $bytes;
  const i32 lane = id % 16;
  for (i32 k = columns.from; k < columns.to; ++k) {
    const u8 *record = row + k / 256 * 2208, *piece = record + k % 256 / 32 * 272;
    const i32 codes = piece[k % 16 / 4 * 64 + lane * 4 + k % 4];
    f16 scale;
    std::memcpy(&scale, record + 2176 + lane * 2, sizeof scale);
    const f32 d = convert<f32>(scale) * static_cast<f32>(static_cast<i8>(piece[256 + lane]));
    x[k] = d * static_cast<f32>(kValues[k % 32 < 16 ? codes & 15 : codes >> 4]);
  }
}
)",
});

} // namespace weebill::formats
