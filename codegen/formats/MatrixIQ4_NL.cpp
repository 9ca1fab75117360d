//===- MatrixIQ4_NL.cpp - Four bits of a table with a scale ---------------===//
//
// IQ4_NL of a GGUF file, kept: 32 columns are a float16 scale and codes 0..15 of 16 values -127..113; a weight is
// `scale * value` (docs/numerics.md, "Weights that are kept"). Tested by tests/unit/codegen/formats/PackKeptTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/formats/Formats.h"
#include "codegen/formats/KeptRecords.h"

namespace weebill::formats {

static constexpr KeptBlocks kBlocks = {
    .type = "IQ4_NL",
    .columns = 32,
    .bytes = 18,
    .recordBytes = 18,
    .pieceBytes = 18,
    .scales = 256,
    .minimums = 0,
    .codes = "ValuesIQ4",
    .isSigned = true,
    .values = kValuesIQ4,
};

/// A block is the scale and 16 bytes; a byte holds a code of the first and one of the second 16 columns.
static void pack(const uint8_t *block, uint8_t *record, int64_t lane) {
  packFours(block + 2, 16, record, lane);
  packHalf(block, record + kBlocks.scales, lane);
}

constinit const WeightFormat kMatrixIQ4_NL = keptFormat<kBlocks, pack>({
    .name = "iq4_nl",
    .number = 12,
    .operations = keptOperations<3>,
    .embedOperations = 1, // the scale
    .words = "IQ4_NL as stored",
    .member = "LinearIQ4_NL ",
    .structText =
        R"(// A matrix of IQ4_NL, its codes as a GGUF file has them, in records of 16 rows and 32 columns: codes [4][16][4], the
// second 16 columns in the upper halves of bytes, then f16 scale [16].
struct LinearIQ4_NL {
  const u8 *records; // [rows / 16][columns / 32][288]
};

)",
    .functionSuffix = "_iq4_nl",
    .embedRow = R"(// Some columns of a token's row of the embedding matrix, which lies as the head reads it.
inline void embed_row(const LinearIQ4_NL &w, i32 id, Range columns, f32 *x) {
  constexpr i8 kValues[16] = {$values};
  const u8 *row = w.records + i64{id / 16} * $bytes;
  for (i32 k = columns.from; k < columns.to; ++k) {
    const u8 *record = row + k / 32 * 288;
    const i32 codes = record[k % 16 / 4 * 64 + id % 16 * 4 + k % 4];
    f16 scale;
    std::memcpy(&scale, record + 256 + id % 16 * 2, sizeof scale);
    x[k] = convert<f32>(scale) * static_cast<f32>(kValues[k % 32 < 16 ? codes & 15 : codes >> 4]);
  }
}
)",
});

} // namespace weebill::formats
