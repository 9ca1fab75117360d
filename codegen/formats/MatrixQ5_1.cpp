//===- MatrixQ5_1.cpp - Five bits with a scale and a minimum --------------===//
//
// Q5_1 of a GGUF file, kept: 32 columns are two float16, scale and minimum, and codes 0..31; a weight is `scale * code
// + minimum`
// (docs/numerics.md, "Weights that are kept"). Tested by tests/unit/codegen/formats/PackKeptTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/formats/Formats.h"
#include "codegen/formats/KeptRecords.h"

namespace weebill::formats {

static constexpr KeptBlocks kBlocks = {
    .type = "Q5_1",
    .columns = 32,
    .bytes = 24,
    .recordBytes = 24,
    .pieceBytes = 24,
    .scales = 320,
    .minimums = 352,
    .codes = "FiveBits",
};

/// A block is the scale, the minimum, 32 fifth bits, 16 bytes; a byte holds a code of the first and one of the second
/// 16 columns.
static void pack(const uint8_t *block, uint8_t *record, int64_t lane) {
  packFiveBits(block + 4, record, lane);
  packHalf(block, record + kBlocks.scales, lane);
  packHalf(block + 2, record + kBlocks.minimums, lane);
}

constinit const WeightFormat kMatrixQ5_1 = keptFormat<kBlocks, pack>({
    .name = "q5_1",
    .number = 8,
    .operations = keptOperations<5>,
    .embedOperations = 2, // scale and minimum
    .words = "Q5_1 as stored",
    .member = "LinearQ5_1 ",
    .structText =
        R"(// A matrix of Q5_1, its codes as a GGUF file has them, in records of 16 rows and 32 columns: codes [4][16][4] without
// their fifth bits, the second 16 columns in the upper halves of bytes, these bits [16][4], that of column 4 s + i as
// bit s of byte i, then f16 scale [16] and f16 minimum [16].
struct LinearQ5_1 {
  const u8 *records; // [rows / 16][columns / 32][384]
};

)",
    .functionSuffix = "_q5_1",
    .embedRow = R"(// Some columns of a token's row of the embedding matrix, which lies as the head reads it.
inline void embed_row(const LinearQ5_1 &w, i32 id, Range columns, f32 *x) {
  const u8 *row = w.records + i64{id / 16} * $bytes;
  const i32 lane = id % 16;
  for (i32 k = columns.from; k < columns.to; ++k) {
    const u8 *record = row + k / 32 * 384, *halves = record + 320 + lane * 2;
    const i32 byte = record[k % 16 / 4 * 64 + lane * 4 + k % 4], plane = record[256 + lane * 4 + k % 4];
    const i32 code = (k % 32 < 16 ? byte & 15 : byte >> 4) | (plane >> k % 32 / 4 & 1) << 4;
    f16 scale, minimum;
    std::memcpy(&scale, halves, sizeof scale);
    std::memcpy(&minimum, halves + 32, sizeof minimum);
    x[k] = convert<f32>(scale) * static_cast<f32>(code) + convert<f32>(minimum);
  }
}
)",
});

} // namespace weebill::formats
