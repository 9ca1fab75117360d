//===- WriteBlock.cpp - 32 codes as GGUF has them -------------------------===//
//
// Tested by tests/unit/compiler/quantize/GroupFormatTest.cpp and tests/unit/compiler/import/PackedMatrixTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/gguf/WriteBlock.h"

#include <algorithm>

namespace weebill::gguf {

namespace {

constexpr int kCodes = 32;

uint8_t *putHalf(uint16_t half, uint8_t *bytes) {
  *bytes++ = uint8_t(half);
  *bytes++ = uint8_t(half >> 8);
  return bytes;
}

} // namespace

void writeBlock(int64_t bits, uint16_t scale, std::optional<uint16_t> minimum, const uint8_t *codes, uint8_t *block) {
  block = putHalf(scale, block);
  if (minimum)
    block = putHalf(*minimum, block);
  if (bits == 2) { // four neighbours in a byte
    for (int byte = 0; byte < 2 * kCodes / 4; ++byte, codes += 4)
      *block++ = uint8_t(codes[0] | codes[1] << 2 | codes[2] << 4 | codes[3] << 6);
    return;
  }
  if (bits == 8) {
    std::copy_n(codes, kCodes, block);
    return;
  }
  if (bits == 5) // the fifth bits first
    for (int byte = 0; byte < kCodes / 8; ++byte) {
      unsigned fifth = 0;
      for (int i = 0; i < 8; ++i)
        fifth |= unsigned(codes[8 * byte + i] >> 4 & 1) << i;
      *block++ = uint8_t(fifth);
    }
  if (bits == 6) // pairs of upper bits first, of codes 0, 16, 8 and 24 behind the byte's own number
    for (int byte = 0; byte < kCodes / 4; ++byte) {
      unsigned pairs = 0;
      for (int part = 0; part < 4; ++part)
        pairs |= unsigned(codes[byte + part / 2 * 8 + part % 2 * 16] >> 4 & 3) << 2 * part;
      *block++ = uint8_t(pairs);
    }
  for (int i = 0; i < kCodes / 2; ++i) // the first half of the block in the lower nibbles
    *block++ = uint8_t((codes[i] & 15) | (codes[i + kCodes / 2] & 15) << 4);
}

} // namespace weebill::gguf
