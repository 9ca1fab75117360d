//===- BlockSchedule.h - The order in which blocks are visited ---*- C++ -*-===//
//
// The three orders of MobileLLM's layer sharing, as lists of block indices. Tested by
// tests/unit/compiler/import/BlockScheduleTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_DESCRIPTION_BLOCKSCHEDULE_H
#define WEEBILL_COMPILER_IMPORT_DESCRIPTION_BLOCKSCHEDULE_H

#include <cstdint>
#include <vector>

namespace weebill::description {

/// Each block `times` times in a row: 0 0 1 1 2 2.
std::vector<int64_t> immediateSchedule(int64_t blocks, int64_t times);

/// All blocks, `times` times: 0 1 2 0 1 2.
std::vector<int64_t> allOverSchedule(int64_t blocks, int64_t times);

/// All blocks, `times` times, every second time backwards: 0 1 2 2 1 0.
std::vector<int64_t> reverseSchedule(int64_t blocks, int64_t times);

} // namespace weebill::description

#endif // WEEBILL_COMPILER_IMPORT_DESCRIPTION_BLOCKSCHEDULE_H
