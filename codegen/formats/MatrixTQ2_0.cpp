//===- MatrixTQ2_0.cpp - Two bits with a scale for each 256 ---------------===//
//
// TQ2_0 of a GGUF file, kept: 256 columns are a float16 scale and codes 0..3; a weight is `scale * (code - 1)`
// (docs/numerics.md, "Weights that are kept"). Ternary models have no code 3, files may. Tested by
// tests/unit/codegen/formats/PackKeptTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/formats/Formats.h"
#include "codegen/formats/KeptRecords.h"

namespace weebill::formats {

static constexpr KeptBlocks kBlocks = {
    .type = "TQ2_0",
    .columns = 256,
    .bytes = 66,
    .recordBytes = 66,
    .pieceBytes = 8,
    .scales = 0,
    .minimums = 0,
    .shared = true,
    .codes = "TwoBits",
    .zero = 1,
};

/// A block is 64 bytes and the scale; a byte holds codes of columns 32 apart, all within 128.
static void pack(const uint8_t *block, uint8_t *record, int64_t lane) {
  for (int group = 0; group < 8; ++group) {
    uint8_t codes[32];
    for (int i = 0; i < 32; ++i)
      codes[i] = block[group / 4 * 32 + i] >> group % 4 * 2 & 3;
    packTwoBits(codes, record + group * kBlocks.pieceBytes * kRowBlock, lane);
  }
  packHalf(block + 64, record + sharedOffset(kBlocks), lane);
}

constinit const WeightFormat kMatrixTQ2_0 = keptFormat<kBlocks, pack>({
    .name = "tq2_0",
    .number = 16,
    .operations = keptOperations<3>,
    .embedOperations = 1, // the scale
    .words = "TQ2_0 as stored",
    .member = "LinearTQ2_0 ",
    .structText =
        R"(// A matrix of TQ2_0, its codes as a GGUF file has them, in records of 16 rows and 256 columns. For each 32 columns:
// codes [2][16][4], those of columns 16 h + 4 s + i as bits 2 s and 2 s + 1 of byte i of half h. Behind these the scale
// of all codes, f16 [16].
struct LinearTQ2_0 {
  const u8 *records; // [rows / 16][columns / 256][1056]
};

)",
    .functionSuffix = "_tq2_0",
    .embedRow = kEmbedTwoBits,
});

} // namespace weebill::formats
