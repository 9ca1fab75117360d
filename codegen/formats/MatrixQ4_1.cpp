//===- MatrixQ4_1.cpp - Four bits with a scale and a minimum --------------===//
//
// Q4_1 of a GGUF file, kept: 32 columns are two float16, scale and minimum, and codes 0..15; a weight is `scale * code
// + minimum` (docs/numerics.md, "Weights that are kept"). Tested by tests/unit/codegen/formats/PackKeptTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/formats/Formats.h"
#include "codegen/formats/KeptRecords.h"

namespace weebill::formats {

static constexpr KeptBlocks kBlocks = {
    .type = "Q4_1",
    .columns = 32,
    .bytes = 20,
    .recordBytes = 20,
    .pieceBytes = 20,
    .scales = 256,
    .minimums = 288,
    .codes = "Nibbles",
};

/// A block is scale, minimum, 16 bytes; a byte holds a code of the first and one of the second 16 columns.
static void pack(const uint8_t *block, uint8_t *record, int64_t lane) {
  packFours(block + 4, 16, record, lane);
  packHalf(block, record + kBlocks.scales, lane);
  packHalf(block + 2, record + kBlocks.minimums, lane);
}

constinit const WeightFormat kMatrixQ4_1 = keptFormat<kBlocks, pack>({
    .name = "q4_1",
    .number = 5,
    .operations = keptOperations<5>,
    .embedOperations = 2, // scale and minimum
    .words = "Q4_1 as stored",
    .member = "LinearQ4_1 ",
    .structText =
        R"(// A matrix of Q4_1, its codes as a GGUF file has them, in records of 16 rows and 32 columns: codes [4][16][4], the
// second 16 columns in the upper halves of bytes, then f16 scale [16] and f16 minimum [16].
struct LinearQ4_1 {
  const u8 *records; // [rows / 16][columns / 32][320]
};

)",
    .functionSuffix = "_q4_1",
    .embedRow = R"(// Some columns of a token's row of the embedding matrix, which lies as the head reads it.
inline void embed_row(const LinearQ4_1 &w, i32 id, Range columns, f32 *x) {
  const u8 *row = w.records + i64{id / 16} * $bytes;
  for (i32 k = columns.from; k < columns.to; ++k) {
    const u8 *record = row + k / 32 * 320, *halves = record + 256 + id % 16 * 2;
    const i32 codes = record[k % 16 / 4 * 64 + id % 16 * 4 + k % 4];
    f16 scale, minimum;
    std::memcpy(&scale, halves, sizeof scale);
    std::memcpy(&minimum, halves + 32, sizeof minimum);
    x[k] = convert<f32>(scale) * static_cast<f32>(k % 32 < 16 ? codes & 15 : codes >> 4) + convert<f32>(minimum);
  }
}
)",
});

} // namespace weebill::formats
