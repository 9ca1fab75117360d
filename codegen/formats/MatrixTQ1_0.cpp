//===- MatrixTQ1_0.cpp - Digits of three with a scale for each 256 --------===//
//
// TQ1_0 of a GGUF file, kept: 256 columns are a float16 scale and codes 0..2; a weight is `scale * (code - 1)`
// (docs/numerics.md, "Weights that are kept"). The file has five codes in a byte, as digits of base 3; records have two
// bits for each, because taking digits out costs more than their bytes do (docs/quantization.md). Tested by
// tests/unit/codegen/formats/PackKeptTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/formats/Formats.h"
#include "codegen/formats/KeptRecords.h"

namespace weebill::formats {

static constexpr KeptBlocks kBlocks = {
    .type = "TQ1_0",
    .columns = 256,
    .bytes = 54,
    .recordBytes = 66, // 1.2 times the file's
    .pieceBytes = 8,
    .scales = 0,
    .minimums = 0,
    .shared = true,
    .codes = "TwoBits",
    .zero = 1,
};

/// The first of the digits of base 3 that are left in a byte, which stands for that many of 256; the rest follows.
static uint8_t takeDigit(uint8_t &left) {
  const int three = 3 * left;
  left = uint8_t(three);
  return uint8_t(three >> 8);
}

/// A block is 48 bytes of five digits, 4 of four digits, the scale. Digits of the first 32 bytes are columns 32 apart,
/// those of the next 16 are 16 apart, and of the last 4 are 4 apart.
static void pack(const uint8_t *block, uint8_t *record, int64_t lane) {
  uint8_t codes[8][32], left[52];
  std::memcpy(left, block, sizeof left);
  for (int column = 0; column < 256; ++column) {
    const int byte = column < 160 ? column % 32 : column < 240 ? 32 + column % 16 : 48 + column % 4;
    codes[column / 32][column % 32] = takeDigit(left[byte]);
  }
  for (int group = 0; group < 8; ++group)
    packTwoBits(codes[group], record + group * kBlocks.pieceBytes * kRowBlock, lane);
  packHalf(block + 52, record + sharedOffset(kBlocks), lane);
}

constinit const WeightFormat kMatrixTQ1_0 = keptFormat<kBlocks, pack>({
    .name = "tq1_0",
    .number = 15,
    .operations = keptOperations<3>,
    .embedOperations = 1, // the scale
    .words = "TQ1_0, its digits as two bits",
    .member = "LinearTQ1_0 ",
    .structText =
        R"(// A matrix of TQ1_0, a GGUF file's digits as two bits each, in records of 16 rows and 256 columns. For each 32 columns:
// codes [2][16][4], those of columns 16 h + 4 s + i as bits 2 s and 2 s + 1 of byte i of half h. Behind these the scale
// of all codes, f16 [16].
struct LinearTQ1_0 {
  const u8 *records; // [rows / 16][columns / 256][1056]
};

)",
    .functionSuffix = "_tq1_0",
    .embedRow = kEmbedTwoBits,
});

} // namespace weebill::formats
