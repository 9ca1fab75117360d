//===- MatrixQ4_0.cpp - Four bits with a scale ----------------------------===//
//
// Q4_0 of a GGUF file, kept: 32 columns are a float16 scale and codes 0..15; a weight is `scale * (code - 8)`
// (docs/numerics.md, "Weights that are kept"). Tested by tests/unit/codegen/formats/PackKeptTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/formats/Formats.h"
#include "codegen/formats/KeptRecords.h"

namespace weebill::formats {

static constexpr KeptBlocks kBlocks = {
    .type = "Q4_0",
    .columns = 32,
    .bytes = 18,
    .recordBytes = 18,
    .pieceBytes = 18,
    .scales = 256,
    .minimums = 0,
    .codes = "Nibbles",
    .zero = 8,
};

/// A block is the scale and 16 bytes; a byte holds a code of the first and one of the second 16 columns.
static void pack(const uint8_t *block, uint8_t *record, int64_t lane) {
  packFours(block + 2, 16, record, lane);
  packHalf(block, record + kBlocks.scales, lane);
}

constinit const WeightFormat kMatrixQ4_0 = keptFormat<kBlocks, pack>({
    .name = "q4_0",
    .number = 4,
    .operations = keptOperations<3>,
    .embedOperations = 1, // the scale
    .words = "Q4_0 as stored",
    .member = "LinearQ4_0 ",
    .structText =
        R"(// A matrix of Q4_0, its codes as a GGUF file has them, in records of 16 rows and 32 columns: codes [4][16][4], the
// second 16 columns in the upper halves of bytes, then f16 scale [16].
struct LinearQ4_0 {
  const u8 *records; // [rows / 16][columns / 32][288]
};

)",
    .functionSuffix = "_q4_0",
    .embedRow = R"(// Some columns of a token's row of the embedding matrix, which lies as the head reads it.
inline void embed_row(const LinearQ4_0 &w, i32 id, Range columns, f32 *x) {
  const u8 *row = w.records + i64{id / 16} * $bytes;
  for (i32 k = columns.from; k < columns.to; ++k) {
    const u8 *record = row + k / 32 * 288;
    const i32 codes = record[k % 16 / 4 * 64 + id % 16 * 4 + k % 4];
    f16 scale;
    std::memcpy(&scale, record + 256 + id % 16 * 2, sizeof scale);
    x[k] = convert<f32>(scale) * static_cast<f32>((k % 32 < 16 ? codes & 15 : codes >> 4) - 8);
  }
}
)",
});

} // namespace weebill::formats
