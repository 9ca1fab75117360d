//===- Sequences.h - A text as tokens ----------------------------*- C++ -*-===//
//
// What calibration reads: sequences of one length, each of which begins as a text does. Tested by
// tests/unit/compiler/api/CalibrationTextTest.cpp and tests/unit/compiler/quantize/SensitivityTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_QUANTIZE_SEQUENCES_H
#define WEEBILL_COMPILER_QUANTIZE_SEQUENCES_H

#include <cstdint>
#include <vector>

namespace weebill::quantize {

struct Sequences {
  std::vector<int32_t> tokens; // one sequence behind the other
  int64_t length = 0;          // of each

  int64_t count() const { return int64_t(tokens.size()) / length; }
};

/// So many of them, from all over, or all if there are fewer.
inline Sequences someOf(const Sequences &all, int64_t most) {
  if (all.count() <= most)
    return all;
  Sequences some{{}, all.length};
  for (int64_t i = 0; i < most; ++i) {
    const auto first = all.tokens.begin() + all.count() * i / most * all.length;
    some.tokens.insert(some.tokens.end(), first, first + all.length);
  }
  return some;
}

} // namespace weebill::quantize

#endif // WEEBILL_COMPILER_QUANTIZE_SEQUENCES_H
