//===- ThreadsTest.cpp - Team and Barrier, with cores to spare and without ------===//

#include "tests/unit/runtime/FakeConstants.h"

#include "runtime/threads.h"

#include <atomic>
#include <chrono>
#include <ctime>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

class ThreadsTest : public testing::TestWithParam<i32> {};

TEST_P(ThreadsTest, RunsEveryWorkerOnce) {
  const i32 threads = GetParam();
  Team team(threads);
  EXPECT_EQ(team.size(), threads);
  for (i32 run = 0; run < 50; ++run) {
    const i32 count = 1 + run % threads; // a run may use fewer workers than there are
    std::vector<i32> calls(static_cast<std::size_t>(threads), 0);
    team.run(count, [&](Worker &worker) {
      EXPECT_EQ(worker.count, count);
      ++calls[static_cast<std::size_t>(worker.index)];
    });
    for (i32 index = 0; index < threads; ++index)
      EXPECT_EQ(calls[static_cast<std::size_t>(index)], index < count ? 1 : 0);
  }
}

// Every worker adds its neighbour's value of the phase before: a barrier that lets anybody through early, or loses a
// write, changes the result.
TEST_P(ThreadsTest, BarrierSeparatesPhases) {
  const i32 threads = GetParam();
  constexpr i32 kPhases = 2000;
  Team team(threads);
  std::vector<u64> even(static_cast<std::size_t>(threads), 1), odd(even);
  team.run(threads, [&](Worker &worker) {
    const auto mine = static_cast<std::size_t>(worker.index);
    const auto next = static_cast<std::size_t>((worker.index + 1) % worker.count);
    for (i32 phase = 0; phase < kPhases; ++phase) {
      std::vector<u64> &from = phase % 2 == 0 ? even : odd, &to = phase % 2 == 0 ? odd : even;
      to[mine] = from[mine] * 5 + from[next] * 2 + 1; // 7 x + 1 in all: odd, so nothing dies out modulo 2^64
      worker.wait();
    }
  });
  u64 expected = 1; // all start equal, so all stay equal
  for (i32 phase = 0; phase < kPhases; ++phase)
    expected = expected * 7 + 1;
  for (u64 value : even)
    EXPECT_EQ(value, expected);
}

// A thread that comes late: the others have parked by then and must be woken.
TEST_P(ThreadsTest, WakesWhoeverParked) {
  const i32 threads = GetParam();
  Team team(threads);
  std::atomic<i32> passed{0};
  for (i32 late = 0; late < threads; ++late) {
    team.run(threads, [&](Worker &worker) {
      if (worker.index == late)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      worker.wait();
      ++passed;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(2)); // between runs they park too
  }
  EXPECT_EQ(passed, threads * threads);
}

INSTANTIATE_TEST_SUITE_P(Counts, ThreadsTest, testing::Values(1, 2, 3, 4, 8, 17));

// More threads than cores must not crawl. A barrier that spun for a whole time slice (about 4 ms) whenever a thread has
// no core would need 4 s for a thousand phases at the very least; a parked one needs a few context switches of some
// microseconds each. The limit lies between. It is this process' own time, whatever its neighbours take meanwhile.
TEST(OversubscriptionTest, BarriersDoNotCrawl) {
  const i32 threads = 4 * platform::available_threads();
  constexpr i32 kPhases = 1000;
  Team team(threads);
  const std::clock_t start = std::clock();
  team.run(threads, [&](Worker &worker) {
    for (i32 phase = 0; phase < kPhases; ++phase)
      worker.wait();
  });
  EXPECT_LT(double(std::clock() - start) / CLOCKS_PER_SEC, 0.004 * kPhases);
}

// The child has the memory and none of the threads: it starts its own.
TEST(ForkTest, AChildHasThreadsOfItsOwn) {
  Team team(3);
  std::atomic<i32> met{0};
  const auto meet = [&] {
    met = 0;
    team.run(3, [&](Worker &worker) {
      ++met;
      worker.wait();
    });
    return met.load();
  };
  EXPECT_EQ(meet(), 3);
  for (bool uses : {true, false}) { // one that never ran has nobody to wait for
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      alarm(20); // instead of a hang
      const i32 all = uses ? meet() + meet() - 3 : 3;
      team.~Team();
      _exit(all == 3 ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
  EXPECT_EQ(meet(), 3);
}

TEST(PatienceTest, StaysBetweenItsBounds) {
  Patience patience{1900, 320, 1900};
  for (i32 time = 0; time < 100; ++time)
    patience.punish();
  EXPECT_EQ(patience.spins, 320); // parking makes others wait: it does not spread
  for (i32 time = 0; time < 100; ++time)
    patience.reward();
  EXPECT_EQ(patience.spins, 1900);
  Patience least{1, 1, 1};
  least.punish();
  least.reward();
  EXPECT_EQ(least.spins, 1);
}

} // namespace
