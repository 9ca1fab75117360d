//===- AttendanceTest.cpp - When a team goes on with fewer, and when with all ------===//

#include "tests/unit/runtime/FakeConstants.h"

#include "runtime/attendance.h"

#include <gtest/gtest.h>

namespace {

constexpr i64 kMillisecond = 1'000'000;

/// Tokens one after the other on a machine of which a test says how it behaves.
struct Machine {
  explicit Machine(i32 threads) : threads(threads), attendance(threads) {}

  /// A run in which everybody who works does so for `work`, and waits so long for another if there is one.
  Dealing run(i64 work, TeamWaits waits) {
    const Dealing dealing = attendance.of(threads, now);
    if (dealing.count == 1)
      waits = {};
    if (dealing.parts)
      waits.most = waits.most_slept;
    const i64 begin = now;
    now += work + waits.most;
    attendance.saw(dealing, begin, now, waits);
    return dealing;
  }
  /// Of those one sleeps for others.
  Dealing lateRun(i64 work, i64 late) { return run(work, {late, late, 0}); }

  i32 threads;
  Attendance attendance;
  i64 now = 1000 * kMillisecond;
};

TEST(AttendanceTest, AllWorkOnTheirSharesWhileNobodyIsLate) {
  Machine machine(4);
  for (i32 token = 0; token < 10'000; ++token) {
    const Dealing dealing = machine.run(5 * kMillisecond, {50'000, 500'000, 50'000}); // 1 % asleep, a tenth uneven
    ASSERT_EQ(dealing.count, 4);
    ASSERT_FALSE(dealing.parts);
  }
}

TEST(AttendanceTest, ALostSliceNowAndThenChangesNothing) {
  Machine machine(2);
  for (i32 token = 0; token < 10'000; ++token) {
    const Dealing dealing = machine.lateRun(5 * kMillisecond, token % 10 == 0 ? 4 * kMillisecond : 0);
    ASSERT_EQ(dealing.count, 2);
    ASSERT_FALSE(dealing.parts);
  }
}

// One of two cores is busy: half of the second thread's time is another's, in slices.
TEST(AttendanceTest, AThreadWithoutACoreIsLeftOut) {
  Machine machine(2);
  i32 runs = 0, late = 0;
  for (const i64 end = machine.now + 60'000 * kMillisecond; machine.now < end; ++runs)
    late += machine.lateRun(6 * kMillisecond, 4 * kMillisecond).count == 2 ? 1 : 0;
  EXPECT_GT(late, 0);
  EXPECT_LT(late, runs / 50); // tries among them
}

TEST(AttendanceTest, ComesBackSoonAfterTheCoreIsFree) {
  Machine machine(3);
  for (i32 token = 0; token < 5000; ++token)
    machine.lateRun(6 * kMillisecond, 8 * kMillisecond);
  EXPECT_EQ(machine.lateRun(6 * kMillisecond, 8 * kMillisecond).count, 1);
  const i64 free = machine.now;
  while (machine.run(6 * kMillisecond, {}).count != 3)
    ASSERT_LT(machine.now - free, 2500 * kMillisecond);
}

// A core of half the speed: the other one waits, but not for so long that it would sleep.
TEST(AttendanceTest, UnequalCoresTakePartsOfEachOther) {
  Machine machine(2);
  i32 runs = 0, in_parts = 0;
  for (const i64 end = machine.now + 60'000 * kMillisecond; machine.now < end; ++runs) {
    const Dealing dealing = machine.run(6 * kMillisecond, {0, 3 * kMillisecond, 0});
    EXPECT_EQ(dealing.count, 2);
    in_parts += dealing.parts ? 1 : 0;
  }
  EXPECT_GT(in_parts, runs * 95 / 100);
  EXPECT_LT(in_parts, runs); // it looks whether they are equal again
}

// What a run does not need is not missed in it.
TEST(AttendanceTest, NeverMoreThanWanted) {
  Attendance attendance(8);
  EXPECT_EQ(attendance.of(3, 0).count, 3);
  EXPECT_EQ(attendance.of(8, 0).count, 8);
  for (i32 run = 0; run < 10; ++run)
    attendance.saw({3, false}, 0, 5 * kMillisecond, {4 * kMillisecond, 4 * kMillisecond, 0});
  EXPECT_EQ(attendance.of(8, 5 * kMillisecond).count, 2);
  EXPECT_EQ(attendance.of(1, 5 * kMillisecond).count, 1);
}

} // namespace
