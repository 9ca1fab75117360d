//===- MatrixQ8_0.cpp - Eight bits with a scale ---------------------------===//
//
// Q8_0 of a GGUF file, kept: 32 columns are a float16 scale and codes -128..127; a weight is `scale * code`
// (docs/numerics.md, "Weights that are kept"). Tested by tests/unit/codegen/formats/PackKeptTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/formats/Formats.h"
#include "codegen/formats/KeptRecords.h"

namespace weebill::formats {

static constexpr KeptBlocks kBlocks = {
    .type = "Q8_0",
    .columns = 32,
    .bytes = 34,
    .recordBytes = 34,
    .pieceBytes = 34,
    .scales = 512,
    .minimums = 0,
    .codes = "Octets",
    .isSigned = true,
};

/// A block is the scale and 32 bytes.
static void pack(const uint8_t *block, uint8_t *record, int64_t lane) {
  packFours(block + 2, 32, record, lane);
  packHalf(block, record + kBlocks.scales, lane);
}

constinit const WeightFormat kMatrixQ8_0 = keptFormat<kBlocks, pack>({
    .name = "q8_0",
    .number = 6,
    .operations = keptOperations<3>,
    .embedOperations = 1, // the scale
    .words = "Q8_0 as stored",
    .member = "LinearQ8_0 ",
    .structText =
        R"(// A matrix of Q8_0, its codes as a GGUF file has them, in records of 16 rows and 32 columns: codes i8 [8][16][4],
// then f16 scale [16].
struct LinearQ8_0 {
  const u8 *records; // [rows / 16][columns / 32][544]
};

)",
    .functionSuffix = "_q8_0",
    .embedRow = R"(// Some columns of a token's row of the embedding matrix, which lies as the head reads it.
inline void embed_row(const LinearQ8_0 &w, i32 id, Range columns, f32 *x) {
  const u8 *row = w.records + i64{id / 16} * $bytes;
  for (i32 k = columns.from; k < columns.to; ++k) {
    const u8 *record = row + k / 32 * 544;
    f16 scale;
    std::memcpy(&scale, record + 512 + id % 16 * 2, sizeof scale);
    x[k] = convert<f32>(scale) * static_cast<f32>(static_cast<i8>(record[k % 32 / 4 * 64 + id % 16 * 4 + k % 4]));
  }
}
)",
});

} // namespace weebill::formats
