//===- ShareTest.cpp - Units of threads -----------------------------------===//

#include "tests/unit/runtime/FakeConstants.h"

#include "runtime/share.h"

#include <gtest/gtest.h>

TEST(ShareTest, EveryUnitBelongsToOneThreadInOrder) {
  for (i32 units = 0; units < 40; ++units)
    for (i32 threads = 1; threads < 12; ++threads) {
      i32 next = 0;
      for (i32 index = 0; index < threads; ++index) {
        const Range mine = share(units, {index, threads, index, nullptr, nullptr, nullptr, nullptr});
        EXPECT_EQ(mine.from, next);
        EXPECT_LE(mine.to - mine.from, (units + threads - 1) / threads); // nobody has more than an even part
        next = mine.to;
      }
      EXPECT_EQ(next, units);
    }
}

TEST(ShareTest, TheSameRangeInSmallerUnits) {
  const Range rows = times({2, 5}, 16);
  EXPECT_EQ(rows.from, 32);
  EXPECT_EQ(rows.to, 80);
}
