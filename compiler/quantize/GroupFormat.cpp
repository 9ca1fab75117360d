//===- GroupFormat.cpp - Formats that floats are rounded to ---------------===//
//
// Tested by tests/unit/compiler/quantize/GroupFormatTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/GroupFormat.h"

#include "compiler/import/gguf/Dequantize.h"
#include "compiler/import/gguf/WriteBlock.h"

#include <algorithm>
#include <optional>

namespace weebill::quantize {

static constexpr GroupFormat kGroupFormats[] = {
    {"Q4_0", "q4_0", 4, -8, 7, false, 1, gguf::dequantizeQ4_0},
    {"Q4_1", "q4_1", 4, 0, 15, true, 0.8, gguf::dequantizeQ4_1},
    {"Q5_0", "q5_0", 5, -16, 15, false, 0.25, gguf::dequantizeQ5_0},
    {"Q5_1", "q5_1", 5, 0, 31, true, 0.19, gguf::dequantizeQ5_1},
    {"Q6_0", "q6_0", 6, -32, 31, false, 0.06, gguf::dequantizeQ6_0},
    {"Q8_0", "q8_0", 8, -127, 127, false, 0.004, gguf::dequantizeQ8_0},
};

std::span<const GroupFormat> groupFormats() { return kGroupFormats; }

const GroupFormat *findGroupFormat(std::string_view word) {
  const auto *found = std::find_if(std::begin(kGroupFormats), std::end(kGroupFormats),
                                   [&](const GroupFormat &format) { return format.word == word; });
  return found == std::end(kGroupFormats) ? nullptr : found;
}

void writeBlock(const GroupFormat &format, const Group &group, uint8_t *block) {
  uint8_t codes[kGroup];
  for (int64_t i = 0; i < kGroup; ++i) // of eight bits they keep their sign
    codes[i] = uint8_t(format.bits == 8 ? group.codes[i] : group.codes[i] - format.lowest);
  gguf::writeBlock(format.bits, group.scale, format.hasMinimum ? std::optional(group.minimum) : std::nullopt, codes,
                   block);
}

void readBlock(const GroupFormat &format, const uint8_t *block, float *weights) {
  format.dequantizeBlock(reinterpret_cast<const char *>(block), weights);
}

} // namespace weebill::quantize
