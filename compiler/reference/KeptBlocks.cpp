//===- KeptBlocks.cpp - Blocks of GGUF files, taken apart -----------------===//

#include "compiler/reference/KeptBlocks.h"

#include <cmath>
#include <stdexcept>
#include <string>

namespace weebill::reference {

namespace {

/// The float16 in two bytes, little endian; a finite one, as the source of blocks has seen to it.
float halfAt(const uint8_t *bytes) {
  const int bits = bytes[0] | bytes[1] << 8, exponent = bits >> 10 & 31, mantissa = bits & 1023;
  const float magnitude = std::ldexp(float(exponent ? mantissa + 1024 : mantissa), (exponent ? exponent : 1) - 25);
  return bits & 0x8000 ? -magnitude : magnitude;
}

/// Code `i` of 32 in 16 bytes: the first 16 in lower halves, the others in upper halves.
int fourBits(const uint8_t *bytes, int i) { return bytes[i % 16] >> (i < 16 ? 0 : 4) & 15; }

void takeApartQ4_0(const uint8_t *block, int8_t *codes, float *scales, float *) {
  scales[0] = halfAt(block);
  for (int i = 0; i < 32; ++i)
    codes[i] = int8_t(fourBits(block + 2, i) - 8);
}

void takeApartQ4_1(const uint8_t *block, int8_t *codes, float *scales, float *minimums) {
  scales[0] = halfAt(block);
  minimums[0] = halfAt(block + 2);
  for (int i = 0; i < 32; ++i)
    codes[i] = int8_t(fourBits(block + 4, i));
}

void takeApartQ8_0(const uint8_t *block, int8_t *codes, float *scales, float *) {
  scales[0] = halfAt(block);
  for (int i = 0; i < 32; ++i)
    codes[i] = int8_t(block[2 + i]);
}

constexpr BlockFormat kBlockFormats[] = {
    {"q4_0", "Q4_0", 32, 18, 32, false, takeApartQ4_0},
    {"q4_1", "Q4_1", 32, 20, 32, true, takeApartQ4_1},
    {"q8_0", "Q8_0", 32, 34, 32, false, takeApartQ8_0},
};

} // namespace

const BlockFormat &blockFormatOf(std::string_view storage) {
  for (const BlockFormat &format : kBlockFormats)
    if (format.storage == storage)
      return format;
  throw std::logic_error("the reference does not know the blocks of " + std::string(storage));
}

} // namespace weebill::reference
