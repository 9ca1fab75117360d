//===- GroupFormat.cpp - Formats that floats are rounded to ---------------===//
//
// Tested by tests/unit/compiler/quantize/GroupFormatTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/GroupFormat.h"

#include "compiler/import/gguf/Dequantize.h"

#include <algorithm>
#include <cstring>

namespace weebill::quantize {

static constexpr GroupFormat kGroupFormats[] = {
    {"Q4_0", "q4_0", 4, -8, 7, false}, {"Q4_1", "q4_1", 4, 0, 15, true},      {"Q5_0", "q5_0", 5, -16, 15, false},
    {"Q5_1", "q5_1", 5, 0, 31, true},  {"Q8_0", "q8_0", 8, -127, 127, false},
};

std::span<const GroupFormat> groupFormats() { return kGroupFormats; }

const GroupFormat *findGroupFormat(std::string_view word) {
  const auto *found = std::find_if(std::begin(kGroupFormats), std::end(kGroupFormats),
                                   [&](const GroupFormat &format) { return format.word == word; });
  return found == std::end(kGroupFormats) ? nullptr : found;
}

float fromHalf(uint16_t half) { return gguf::halfToFloat(half); }

namespace {

void putHalf(uint16_t half, uint8_t *bytes) {
  bytes[0] = uint8_t(half);
  bytes[1] = uint8_t(half >> 8);
}

uint16_t halfAt(const uint8_t *bytes) { return uint16_t(bytes[0] | bytes[1] << 8); }

/// Where the bits above the fourth of code `i` lie: as many for each code as there are, of codes 8 apart in one byte
/// where there are two, of neighbours where there is one.
struct UpperBits {
  int byte, shift, mask;
};

UpperBits upperBits(int bits, int i) { return bits == 5 ? UpperBits{i / 8, i % 8, 1} : UpperBits{i % 8, i / 8 * 2, 3}; }

int64_t upperBytes(int bits) { return kGroup * (bits - 4) / 8; }

} // namespace

void writeBlock(const GroupFormat &format, const Group &group, uint8_t *block) {
  std::memset(block, 0, size_t(format.bytes()));
  putHalf(group.scale, block);
  block += 2;
  if (format.hasMinimum) {
    putHalf(group.minimum, block);
    block += 2;
  }
  if (format.bits == 8) {
    std::memcpy(block, group.codes, kGroup);
    return;
  }
  uint8_t *lower = block + upperBytes(format.bits);
  for (int i = 0; i < kGroup; ++i) {
    const int code = group.codes[i] - format.lowest;
    lower[i % 16] |= uint8_t((code & 15) << (i < 16 ? 0 : 4));
    if (format.bits > 4) {
      const UpperBits upper = upperBits(format.bits, i);
      block[upper.byte] |= uint8_t((code >> 4) << upper.shift);
    }
  }
}

void readBlock(const GroupFormat &format, const uint8_t *block, float *weights) {
  const float scale = fromHalf(halfAt(block));
  block += 2;
  float minimum = 0;
  if (format.hasMinimum) {
    minimum = fromHalf(halfAt(block));
    block += 2;
  }
  const uint8_t *lower = block + upperBytes(format.bits);
  for (int i = 0; i < kGroup; ++i) {
    int code = int8_t(block[i]);
    if (format.bits < 8) {
      code = lower[i % 16] >> (i < 16 ? 0 : 4) & 15;
      if (format.bits > 4) {
        const UpperBits upper = upperBits(format.bits, i);
        code |= (block[upper.byte] >> upper.shift & upper.mask) << 4;
      }
      code += format.lowest;
    }
    const float product = scale * float(code);
    weights[i] = format.hasMinimum ? product + minimum : product;
  }
}

} // namespace weebill::quantize
