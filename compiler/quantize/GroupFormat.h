//===- GroupFormat.h - Formats that floats are rounded to --------*- C++ -*-===//
//
// One row of the table for each format with a scale for 32 columns that a matrix of floats can become. The blocks are
// those of GGUF files, so that what is rounded here is stored and multiplied as codes of a file are. Tested by
// tests/unit/compiler/quantize/GroupFormatTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_QUANTIZE_GROUPFORMAT_H
#define WEEBILL_COMPILER_QUANTIZE_GROUPFORMAT_H

#include <cstdint>
#include <span>
#include <string_view>

namespace weebill::quantize {

constexpr int64_t kGroup = 32;

/// Codes of a group and what they are worth: `scale * code + minimum`, product and sum rounded to float.
struct Group {
  uint16_t scale = 0, minimum = 0; // float16
  int8_t codes[kGroup] = {};
};

struct GroupFormat {
  const char *type;    // "Q4_1": as a GGUF file calls it
  const char *word;    // "q4_1": in recipes
  int bits;            // of a code
  int lowest, highest; // codes
  bool hasMinimum;     // added to every weight
  /// Of what rounding to Q4_0 changes, the part that is left: squares of errors, on which divergences depend. Measured
  /// behind GPTQ, within a tenth the same for every role (docs/decisions/0011-low-bits-from-floats.md).
  double damage;
  /// A block of the file to the weights of its group.
  void (*dequantizeBlock)(const char *block, float *weights);

  /// Of a group.
  constexpr int64_t bytes() const { return 2 + (hasMinimum ? 2 : 0) + kGroup * bits / 8; }
  constexpr double bitsOfWeight() const { return 8.0 * double(bytes()) / double(kGroup); }
};

/// From the smallest to the largest.
std::span<const GroupFormat> groupFormats();

/// The format of that word, or nullptr.
const GroupFormat *findGroupFormat(std::string_view word);

/// A group as a block of the file.
void writeBlock(const GroupFormat &format, const Group &group, uint8_t *block);

/// What the block's weights are.
void readBlock(const GroupFormat &format, const uint8_t *block, float *weights);

} // namespace weebill::quantize

#endif // WEEBILL_COMPILER_QUANTIZE_GROUPFORMAT_H
