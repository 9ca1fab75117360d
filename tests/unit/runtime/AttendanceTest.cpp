//===- AttendanceTest.cpp - When a team goes on with fewer, and when with all ------===//

#include "runtime/attendance.h"

#include <gtest/gtest.h>

namespace {

constexpr i64 kMillisecond = 1'000'000;

/// Tokens one after the other on a machine of which a test says how it behaves.
struct Machine {
  explicit Machine(i32 threads) : threads(threads), attendance(threads) {}

  /// A run in which everybody who works does so for `work` and sleeps `late` for another. How many worked.
  i32 run(i64 work, i64 late) {
    const i32 count = attendance.of(threads, now);
    const i64 begin = now;
    now += work + (count > 1 ? late : 0);
    attendance.saw(count, begin, now, count > 1 ? late : 0);
    return count;
  }

  i32 threads;
  Attendance attendance;
  i64 now = 1000 * kMillisecond;
};

TEST(AttendanceTest, AllWorkWhileNobodyIsLate) {
  Machine machine(4);
  for (i32 token = 0; token < 10'000; ++token)
    ASSERT_EQ(machine.run(5 * kMillisecond, 50'000), 4); // 1 % of the time: who wakes late
}

TEST(AttendanceTest, ALostSliceNowAndThenChangesNothing) {
  Machine machine(2);
  for (i32 token = 0; token < 10'000; ++token)
    ASSERT_EQ(machine.run(5 * kMillisecond, token % 10 == 0 ? 4 * kMillisecond : 0), 2);
}

// One of two cores is busy: half of the second thread's time is another's, in slices.
TEST(AttendanceTest, AThreadWithoutACoreIsLeftOut) {
  Machine machine(2);
  i32 runs = 0, late = 0;
  for (const i64 end = machine.now + 60'000 * kMillisecond; machine.now < end; ++runs)
    late += machine.run(6 * kMillisecond, 4 * kMillisecond) == 2 ? 1 : 0;
  EXPECT_GT(late, 0);
  EXPECT_LT(late, runs / 50); // tries among them
}

TEST(AttendanceTest, ComesBackSoonAfterTheCoreIsFree) {
  Machine machine(3);
  for (i32 token = 0; token < 5000; ++token)
    machine.run(6 * kMillisecond, 8 * kMillisecond);
  EXPECT_EQ(machine.run(6 * kMillisecond, 8 * kMillisecond), 1);
  const i64 free = machine.now;
  while (machine.run(6 * kMillisecond, 0) != 3)
    ASSERT_LT(machine.now - free, 2500 * kMillisecond);
}

// What a run does not need is not missed in it.
TEST(AttendanceTest, NeverMoreThanWanted) {
  Attendance attendance(8);
  EXPECT_EQ(attendance.of(3, 0), 3);
  EXPECT_EQ(attendance.of(8, 0), 8);
  for (i32 run = 0; run < 10; ++run)
    attendance.saw(3, 0, 5 * kMillisecond, 4 * kMillisecond);
  EXPECT_EQ(attendance.of(8, 5 * kMillisecond), 2);
  EXPECT_EQ(attendance.of(1, 5 * kMillisecond), 1);
}

} // namespace
