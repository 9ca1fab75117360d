// The three orders of sharing, for any number of blocks and visits: every block is visited `times` times.

#include "compiler/import/description/BlockSchedule.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

using Schedule = std::vector<int64_t>;

TEST(BlockScheduleTest, Orders) {
  EXPECT_EQ(description::immediateSchedule(3, 2), (Schedule{0, 0, 1, 1, 2, 2}));
  EXPECT_EQ(description::allOverSchedule(3, 2), (Schedule{0, 1, 2, 0, 1, 2}));
  EXPECT_EQ(description::reverseSchedule(3, 3), (Schedule{0, 1, 2, 2, 1, 0, 0, 1, 2}));
  EXPECT_EQ(description::reverseSchedule(1, 2), (Schedule{0, 0}));
}

TEST(BlockScheduleTest, EveryBlockIsVisitedThatOften) {
  for (int64_t blocks = 1; blocks < 6; ++blocks)
    for (int64_t times = 1; times < 5; ++times)
      for (const Schedule &schedule :
           {description::immediateSchedule(blocks, times), description::allOverSchedule(blocks, times),
            description::reverseSchedule(blocks, times)}) {
        EXPECT_EQ(int64_t(schedule.size()), blocks * times);
        for (int64_t block = 0; block < blocks; ++block)
          EXPECT_EQ(std::count(schedule.begin(), schedule.end(), block), times);
      }
}

} // namespace
} // namespace weebill::tests
