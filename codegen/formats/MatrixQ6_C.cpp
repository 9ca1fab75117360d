//===- MatrixQ6_C.cpp - Six bits, scales in a byte ------------------------===//
//
// The compact form of Q6_0: a row is a float16 and for each 32 columns a signed byte and codes 0..63; a weight is
// `float16 * byte * (code - 32)` (docs/numerics.md, "Weights that are kept"). compiler/quantize/CompactRows.h makes
// such rows. Tested by tests/unit/codegen/formats/PackKeptTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/formats/Formats.h"
#include "codegen/formats/KeptRecords.h"

namespace weebill::formats {

static constexpr KeptBlocks kBlocks = {
    .type = "Q6_C",
    .columns = 32,
    .bytes = 25,
    .recordBytes = 25,
    .pieceBytes = 25,
    .scales = 384,
    .minimums = 0,
    .rowFactors = 1,
    .codes = "SixBits",
    .zero = 32,
};

/// A block is a scale and what a block of Q6_0 has behind its own.
static void pack(const uint8_t *block, uint8_t *record, int64_t lane) {
  packSixBits(block + 1, record, lane);
  record[kBlocks.scales + lane] = block[0];
}

constinit const WeightFormat kMatrixQ6_C = keptFormat<kBlocks, pack>({
    .name = "q6_c",
    .number = 20,
    .operations = keptOperations<4>,
    .embedOperations = 2, // the scale with its factor, and of the code
    .words = "Q6_C, codes of six bits with scales of 8 bits",
    .member = "LinearQ6_C ",
    .structText =
        R"(// A matrix of Q6_C, codes of six bits with scales of 8 bits that a row's float16 multiplies, in records of 16 rows and
// 32 columns: codes [4][16][4] without their upper two bits, the second 16 columns in the upper halves of bytes, these
// bits [2][16][4], those of columns 16 h + 4 s + i as bits 2 s and 2 s + 1 of byte i of half h, then i8 scale [16].
struct LinearQ6_C {
  const u8 *records; // [rows / 16][columns / 32][400]
  const u8 *factors; // f16 [rows]
};

)",
    .functionSuffix = "_q6_c",
    .embedRow = R"(// Some columns of a token's row of the embedding matrix, which lies as the head reads it.
inline void embed_row(const LinearQ6_C &w, i32 id, Range columns, f32 *x) {
  const u8 *row = w.records + i64{id / 16} * $bytes;
  const i32 lane = id % 16;
  f16 of_scales;
  std::memcpy(&of_scales, w.factors + i64{id} * 2, sizeof of_scales);
  for (i32 k = columns.from; k < columns.to; ++k) {
    const u8 *record = row + k / 32 * 400;
    const i32 half = k % 32 / 16, byte = record[k % 16 / 4 * 64 + lane * 4 + k % 4];
    const i32 plane = record[256 + half * 64 + lane * 4 + k % 4];
    const i32 code = (half == 0 ? byte & 15 : byte >> 4) | (plane >> k % 16 / 4 * 2 & 3) << 4;
    const f32 scale = convert<f32>(of_scales) * static_cast<f32>(static_cast<i8>(record[384 + lane]));
    x[k] = scale * static_cast<f32>(code - 32);
  }
}
)",
});

} // namespace weebill::formats
