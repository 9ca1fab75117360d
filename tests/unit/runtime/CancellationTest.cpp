//===- CancellationTest.cpp - All workers leave at the same place ---------===//

#include "tests/unit/runtime/FakeConstants.h"

#include "runtime/cancellation.h"

#include <atomic>
#include <gtest/gtest.h>
#include <thread>

namespace {

/// Stretches of work with barriers, as the layers of a model. How many each worker began.
void run(Team &team, Cancellation &cancellation, i32 stretches, i32 *begun) {
  team.run(team.size(), [&](Worker &me) {
    begun[me.index] = 0;
    for (i32 index = 0; index < stretches; ++index) {
      cancellation.look(index, me);
      ++begun[me.index];
      me.wait();
      if (cancellation.stops(index))
        return;
    }
  });
}

TEST(CancellationTest, AWishStaysUntilItIsForgotten) {
  Team team(2);
  Cancellation cancellation;
  i32 begun[2];
  run(team, cancellation, 10, begun);
  EXPECT_EQ(begun[0], 10);
  cancellation.ask();
  for (int again = 0; again < 2; ++again) {
    run(team, cancellation, 10, begun);
    EXPECT_EQ(begun[0], 1);
    EXPECT_EQ(begun[1], 1);
  }
  cancellation.forget();
  run(team, cancellation, 10, begun);
  EXPECT_EQ(begun[1], 10);
}

/// Workers that disagreed would wait for each other at different barriers, for ever.
TEST(CancellationTest, WorkersAgreeWheneverItIsAsked) {
  for (i32 threads : {1, 2, 4}) {
    Team team(threads);
    Cancellation cancellation;
    std::atomic<bool> stopping{false};
    std::thread asker([&] {
      while (!stopping) {
        cancellation.ask();
        std::this_thread::yield();
      }
    });
    i32 stopped = 0;
    for (int round = 0; round < 300; ++round) {
      i32 begun[4];
      cancellation.forget();
      run(team, cancellation, 1000, begun);
      for (i32 index = 1; index < threads; ++index)
        ASSERT_EQ(begun[index], begun[0]);
      stopped += begun[0] < 1000;
    }
    stopping = true;
    asker.join();
    EXPECT_GT(stopped, 0);
  }
}

} // namespace
