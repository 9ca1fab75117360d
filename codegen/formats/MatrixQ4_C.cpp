//===- MatrixQ4_C.cpp - Four bits, scales and centres in a byte each ------===//
//
// The compact form of Q4_1: a row is two float16, of scales and of centres, and for each 32 columns a byte of either
// and codes 0..15; a weight is `scale * (code - 7.5) + centre` (docs/numerics.md, "Weights that are kept").
// compiler/quantize/CompactRows.h makes such rows. Tested by tests/unit/codegen/formats/PackKeptTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/formats/Formats.h"
#include "codegen/formats/KeptRecords.h"

namespace weebill::formats {

static constexpr KeptBlocks kBlocks = {
    .type = "Q4_C",
    .columns = 32,
    .bytes = 18,
    .recordBytes = 18,
    .pieceBytes = 18,
    .scales = 256,
    .minimums = 272,
    .rowFactors = 2,
    .offset = 128,
    .middle = 7.5f,
    .codes = "Nibbles",
};

/// A block is a scale, a centre, 16 bytes; a byte holds a code of the first and one of the second 16 columns. Scales
/// are 0..255, here less 128: targets read signed bytes.
static void pack(const uint8_t *block, uint8_t *record, int64_t lane) {
  packFours(block + 2, 16, record, lane);
  record[kBlocks.scales + lane] = uint8_t(block[0] - kBlocks.offset);
  record[kBlocks.minimums + lane] = block[1];
}

constinit const WeightFormat kMatrixQ4_C = keptFormat<kBlocks, pack>({
    .name = "q4_c",
    .number = 19,
    .operations = keptOperations<9>,
    .embedOperations = 5, // scale and centre with their factors, the minimum, scale and minimum of the code
    .words = "Q4_C, codes of Q4_1 with scales and centres of 8 bits",
    .member = "LinearQ4_C ",
    .structText =
        R"(// A matrix of Q4_C: codes of Q4_1, with scales and centres of 8 bits that a row's float16 multiply. Records of 16 rows
// and 32 columns: codes [4][16][4], the second 16 columns in the upper halves of bytes, then i8 scale [16], less 128,
// and i8 centre [16]. A weight is scale * (code - 7.5) + centre.
struct LinearQ4_C {
  const u8 *records; // [rows / 16][columns / 32][288]
  const u8 *factors; // f16 [rows / 16][2][16], of scales and of centres
};

)",
    .functionSuffix = "_q4_c",
    .embedRow = R"(// Some columns of a token's row of the embedding matrix, which lies as the head reads it.
inline void embed_row(const LinearQ4_C &w, i32 id, Range columns, f32 *x) {
  const u8 *row = w.records + i64{id / 16} * $bytes;
  const i32 lane = id % 16;
  f16 of_scales, of_centres;
  std::memcpy(&of_scales, w.factors + i64{id / 16} * 64 + lane * 2, sizeof of_scales);
  std::memcpy(&of_centres, w.factors + i64{id / 16} * 64 + 32 + lane * 2, sizeof of_centres);
  for (i32 k = columns.from; k < columns.to; ++k) {
    const u8 *record = row + k / 32 * 288;
    const i32 codes = record[k % 16 / 4 * 64 + lane * 4 + k % 4];
    const f32 scale = convert<f32>(of_scales) * static_cast<f32>(i32{static_cast<i8>(record[256 + lane])} + 128);
    const f32 centre = convert<f32>(of_centres) * static_cast<f32>(static_cast<i8>(record[272 + lane]));
    x[k] = scale * static_cast<f32>(k % 32 < 16 ? codes & 15 : codes >> 4) + (centre - 7.5f * scale);
  }
}
)",
});

} // namespace weebill::formats
