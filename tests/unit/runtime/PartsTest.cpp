//===- PartsTest.cpp - Parts of shares, each computed once ----------------===//

#include "tests/unit/runtime/FakeConstants.h"

#include "runtime/share.h"
#include "runtime/threads.h"

#include <algorithm>
#include <chrono>
#include <gtest/gtest.h>
#include <thread>
#include <vector>

namespace {

class PartsTest : public testing::TestWithParam<i32> {};

// Every unit adds its neighbour's value of the phase before: one that is computed twice, never, too early or from a
// value that is not yet there changes the result.
TEST_P(PartsTest, EveryUnitOfEveryPhaseIsComputedOnce) {
  const i32 threads = GetParam();
  constexpr i32 kUnits = 37, kPhases = 200;
  std::vector<u64> even(kUnits, 1), odd(even);
  Team team(threads);
  for (i32 run = 0; run < 4; ++run)
    team.run(
        threads,
        [&](Worker &me) {
          for (i32 phase = 0; phase < kPhases; ++phase) {
            std::vector<u64> &from = phase % 2 == 0 ? even : odd, &to = phase % 2 == 0 ? odd : even;
            me.each([&](Worker &part) {
              EXPECT_EQ(part.thread, me.index);
              const Range mine = share(kUnits, part);
              for (i32 unit = mine.from; unit < mine.to; ++unit)
                to[static_cast<std::size_t>(unit)] = from[static_cast<std::size_t>(unit)] * 5 +
                                                     from[static_cast<std::size_t>((unit + 1) % kUnits)] * 2 + 1;
            });
            me.wait();
          }
        },
        run % 2 == 0); // runs of parts and of shares follow each other
  u64 expected = 1;    // all start equal, so all stay equal
  for (i32 phase = 0; phase < 4 * kPhases; ++phase)
    expected = expected * 7 + 1;
  for (u64 value : even)
    EXPECT_EQ(value, expected);
}

INSTANTIATE_TEST_SUITE_P(Counts, PartsTest, testing::Values(1, 2, 3, 4, 8));

/// Who computed each of 64 units, on three threads of which one is late by `late` at each of its parts.
std::vector<i32> owners(bool in_parts, i32 late) {
  std::vector<i32> owner(64, -1);
  Team team(3);
  team.run(
      3,
      [&](Worker &me) {
        me.wait(); // all are awake
        me.each([&](Worker &part) {
          if (part.thread == late)
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
          const Range mine = share(64, part);
          for (i32 unit = mine.from; unit < mine.to; ++unit)
            owner[static_cast<std::size_t>(unit)] = part.thread;
        });
        me.wait();
      },
      in_parts);
  return owner;
}

i32 unitsOf(i32 thread, const std::vector<i32> &owner) {
  return static_cast<i32>(std::count(owner.begin(), owner.end(), thread));
}

TEST(PartsTest, OthersTakeWhatOneCannotBegin) {
  for (i32 late = 0; late < 3; ++late) {
    const std::vector<i32> owner = owners(true, late);
    EXPECT_EQ(unitsOf(-1, owner), 0);
    EXPECT_LT(unitsOf(late, owner), 64 / 3);
  }
}

TEST(PartsTest, InSharesNobodyTakesAnything) {
  const std::vector<i32> owner = owners(false, 1);
  for (i32 unit = 0; unit < 64; ++unit)
    EXPECT_EQ(owner[static_cast<std::size_t>(unit)], unit < 21 ? 0 : unit < 42 ? 1 : 2);
}

TEST(PartsBegunTest, CountsEachPhaseFromTheStart) {
  PartsBegun begun;
  for (u32 phase : {1u, 2u, 5u, 0xffffffffu, 0u}) {
    for (i32 part = 0; part < kParts; ++part)
      EXPECT_EQ(begun.take(phase), part);
    EXPECT_EQ(begun.take(phase), kParts);
  }
}

} // namespace
