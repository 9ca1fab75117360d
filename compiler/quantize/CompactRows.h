//===- CompactRows.h - Codes kept, what they are worth in bytes --*- C++ -*-===//
//
// Rows of codes of a file in fewer bytes: codes of Q4_1 stay what they are, and the scale and the centre of each 32
// become a byte each, times a float16 of the row (Q4_C); the scales of Q6_0 too (Q6_C).
// docs/numerics.md, "Weights that are kept", has what they stand for. In double precision and in a fixed order, so that
// the same file gives the same bytes everywhere. Tested by tests/unit/compiler/quantize/CompactRowsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_QUANTIZE_COMPACTROWS_H
#define WEEBILL_COMPILER_QUANTIZE_COMPACTROWS_H

#include <cstdint>

namespace weebill::quantize {

struct CompactForm {
  const char *type; // "Q4_C"
  int64_t factors;  // float16 before a row's blocks
  int64_t bytes;    // of a block, 32 columns
  /// A row of that form to the weights that it stands for.
  void (*dequantizeRow)(const uint8_t *row, int64_t columns, float *weights);

  constexpr int64_t rowBytes(int64_t columns) const { return 2 * factors + columns / 32 * bytes; }
};

extern const CompactForm kQ4_C, kQ6_C;

/// A row of Q4_1 as one of Q4_C. Float16 must be finite.
void compactQ4_1(const uint8_t *blocks, int64_t columns, uint8_t *row);

/// A row of Q6_0 as one of Q6_C.
void compactQ6_0(const uint8_t *blocks, int64_t columns, uint8_t *row);

} // namespace weebill::quantize

#endif // WEEBILL_COMPILER_QUANTIZE_COMPACTROWS_H
