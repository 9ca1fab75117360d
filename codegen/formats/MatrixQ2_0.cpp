//===- MatrixQ2_0.cpp - Two bits with a scale for each 64 -----------------===//
//
// Q2_0 of a GGUF file, kept: 64 columns are a float16 scale and codes 0..3; a weight is `scale * (code - 1)`
// (docs/numerics.md, "Weights that are kept"). Tested by tests/unit/codegen/formats/PackKeptTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/formats/Formats.h"
#include "codegen/formats/KeptRecords.h"

namespace weebill::formats {

static constexpr KeptBlocks kBlocks = {
    .type = "Q2_0",
    .columns = 64,
    .bytes = 18,
    .recordBytes = 18,
    .pieceBytes = 8,
    .scales = 0,
    .minimums = 0,
    .shared = true,
    .codes = "TwoBits",
    .zero = 1,
};

/// A block is the scale and 16 bytes; a byte holds codes of four neighbouring columns.
static void pack(const uint8_t *block, uint8_t *record, int64_t lane) {
  for (int group = 0; group < 2; ++group) {
    uint8_t codes[32];
    for (int i = 0; i < 32; ++i)
      codes[i] = block[2 + group * 8 + i / 4] >> i % 4 * 2 & 3;
    packTwoBits(codes, record + group * kBlocks.pieceBytes * kRowBlock, lane);
  }
  packHalf(block, record + sharedOffset(kBlocks), lane);
}

constinit const WeightFormat kMatrixQ2_0 = keptFormat<kBlocks, pack>({
    .name = "q2_0",
    .number = 17,
    .operations = keptOperations<3>,
    .embedOperations = 1, // the scale
    .words = "Q2_0 as stored",
    .member = "LinearQ2_0 ",
    .structText =
        R"(// A matrix of Q2_0, its codes as a GGUF file has them, in records of 16 rows and 64 columns. For each 32 columns:
// codes [2][16][4], those of columns 16 h + 4 s + i as bits 2 s and 2 s + 1 of byte i of half h. Behind these the scale
// of all codes, f16 [16].
struct LinearQ2_0 {
  const u8 *records; // [rows / 16][columns / 64][288]
};

)",
    .functionSuffix = "_q2_0",
    .embedRow = kEmbedTwoBits,
});

} // namespace weebill::formats
