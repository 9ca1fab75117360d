//===- CancellationTest.cpp - All workers leave at the same place ---------===//

#include "tests/unit/runtime/FakeConstants.h"

#include "runtime/cancellation.h"
#include "runtime/threads.h"

#include <gtest/gtest.h>

namespace {

/// Stretches of work with barriers, as the layers of a model. How many each worker began. Worker `asker` asks in
/// stretch `when`.
void run(Team &team, Cancellation &cancellation, i32 stretches, i32 *begun, i32 asker = -1, i32 when = -1) {
  team.run(team.size(), [&](Worker &me) {
    begun[me.index] = 0;
    for (i32 index = 0; index < stretches; ++index) {
      cancellation.look(index, me);
      ++begun[me.index];
      if (me.index == asker && index == when)
        cancellation.ask();
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

/// Workers that disagreed would wait for each other at different barriers, for ever. Who asks in a stretch does so
/// before the barrier at its end, so worker 0 sees it in that stretch or in the next.
TEST(CancellationTest, AllStopAtTheSamePlace) {
  for (i32 threads : {1, 2, 4}) {
    Team team(threads);
    Cancellation cancellation;
    for (i32 round = 0; round < 200; ++round) {
      i32 begun[4];
      const i32 when = round % 17;
      cancellation.forget();
      run(team, cancellation, 1000, begun, round % threads, when);
      EXPECT_TRUE(begun[0] == when + 1 || begun[0] == when + 2) << begun[0] << " after asking in " << when;
      for (i32 index = 1; index < threads; ++index)
        ASSERT_EQ(begun[index], begun[0]);
    }
  }
}

} // namespace
