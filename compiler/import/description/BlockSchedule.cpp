//===- BlockSchedule.cpp - The order in which blocks are visited ----------===//
//
// Tested by tests/unit/compiler/import/BlockScheduleTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/description/BlockSchedule.h"

namespace weebill::description {

std::vector<int64_t> immediateSchedule(int64_t blocks, int64_t times) {
  std::vector<int64_t> schedule;
  for (int64_t block = 0; block < blocks; ++block)
    schedule.insert(schedule.end(), std::size_t(times), block);
  return schedule;
}

std::vector<int64_t> allOverSchedule(int64_t blocks, int64_t times) {
  std::vector<int64_t> schedule;
  for (int64_t time = 0; time < times; ++time)
    for (int64_t block = 0; block < blocks; ++block)
      schedule.push_back(block);
  return schedule;
}

std::vector<int64_t> reverseSchedule(int64_t blocks, int64_t times) {
  std::vector<int64_t> schedule;
  for (int64_t time = 0; time < times; ++time)
    for (int64_t block = 0; block < blocks; ++block)
      schedule.push_back(time % 2 ? blocks - 1 - block : block);
  return schedule;
}

} // namespace weebill::description
