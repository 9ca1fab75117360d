//===- MatrixMXFP4.cpp - Four bits of a table with a power of two ---------===//
//
// MXFP4 of a GGUF file, kept: 32 columns are a byte e and codes 0..15 of 16 values -12..12; a weight is
// `2^(e - 128) * value` (docs/numerics.md, "Weights that are kept"). Tested by
// tests/unit/codegen/formats/PackKeptTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/formats/Formats.h"
#include "codegen/formats/KeptRecords.h"

namespace weebill::formats {

static constexpr KeptBlocks kBlocks = {
    .type = "MXFP4",
    .columns = 32,
    .bytes = 17,
    .recordBytes = 17,
    .pieceBytes = 17,
    .scales = 256,
    .minimums = 0,
    .powers = true,
    .codes = "ValuesMXFP4",
    .zero = 12,
    .values = "0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12",
};

/// A block is the exponent and 16 bytes; a byte holds a code of the first and one of the second 16 columns.
static void pack(const uint8_t *block, uint8_t *record, int64_t lane) {
  packFours(block + 1, 16, record, lane);
  record[kBlocks.scales + lane] = block[0];
}

constinit const WeightFormat kMatrixMXFP4 = keptFormat<kBlocks, pack>({
    .name = "mxfp4",
    .number = 14,
    .operations = keptOperations<3>,
    .embedOperations = 1, // the scale
    .words = "MXFP4 as stored",
    .member = "LinearMXFP4 ",
    .structText =
        R"(// A matrix of MXFP4, its codes as a GGUF file has them, in records of 16 rows and 32 columns: codes [4][16][4], the
// second 16 columns in the upper halves of bytes, then u8 exponent [16], for a scale of 2^(exponent - 128).
struct LinearMXFP4 {
  const u8 *records; // [rows / 16][columns / 32][272]
};

)",
    .functionSuffix = "_mxfp4",
    .embedRow = R"(// Some columns of a token's row of the embedding matrix, which lies as the head reads it.
inline void embed_row(const LinearMXFP4 &w, i32 id, Range columns, f32 *x) {
  constexpr i8 kValues[16] = {$values};
  const u8 *row = w.records + i64{id / 16} * $bytes;
  for (i32 k = columns.from; k < columns.to; ++k) {
    const u8 *record = row + k / 32 * 272;
    const i32 codes = record[k % 16 / 4 * 64 + id % 16 * 4 + k % 4];
    const f32 value = static_cast<f32>(kValues[k % 32 < 16 ? codes & 15 : codes >> 4]);
    x[k] = std::ldexp(value, record[256 + id % 16] - 128);
  }
}
)",
});

} // namespace weebill::formats
