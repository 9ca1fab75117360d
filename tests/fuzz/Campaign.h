//===- Campaign.h - Many inputs, watched from outside ------------*- C++ -*-===//
//
// Inputs are read in a child process, so that a crash, a sanitizer's report or an endless loop costs one input and is
// told with its number. Tested by tests/fuzz/CMakeLists.txt.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_TESTS_FUZZ_CAMPAIGN_H
#define WEEBILL_TESTS_FUZZ_CAMPAIGN_H

#include "tests/fuzz/Kind.h"

namespace weebill::fuzz {

struct Range {
  uint64_t seed, first, count; // inputs are numbered; number and seed make an input
};

/// Input `number`, the same every time.
Files makeInput(const Kind &kind, uint64_t seed, uint64_t number);

/// Reads every input of the range and prints what went wrong, then one line of counts. The number of inputs that went
/// wrong.
uint64_t runCampaign(const Kind &kind, Range range);

} // namespace weebill::fuzz

#endif // WEEBILL_TESTS_FUZZ_CAMPAIGN_H
