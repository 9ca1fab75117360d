//===- HeadHalvesTest.cpp - Attention dealt out in halves -----------------===//

#include "tests/unit/runtime/FakeConstants.h"

#include "runtime/types.h"

namespace {

constexpr i32 kKeyValueHeads = 5, kHalvesFrom = 8;

struct Scratch {
  f32 *scores, *sums, *handed_scores, *handed_sums;
};

struct State {
  Scratch *scratch;
};

} // namespace

#include "runtime/head_halves.h"
#include "runtime/threads.h"

#include <atomic>
#include <gtest/gtest.h>
#include <vector>

namespace {

/// Every head's values are added once, to its own scores, whoever computed those.
void attend(i32 threads, i32 visible) {
  Team team(threads);
  std::vector<Scratch> scratch(static_cast<std::size_t>(threads));
  std::vector<std::vector<f32>> memory(static_cast<std::size_t>(threads), std::vector<f32>(4));
  for (std::size_t i = 0; i < scratch.size(); ++i)
    scratch[i] = {&memory[i][0], &memory[i][1], &memory[i][2], &memory[i][3]};
  State state{scratch.data()};
  std::atomic<i32> scored[kKeyValueHeads] = {}, added[kKeyValueHeads] = {};
  team.run(threads, [&](Worker &me) {
    const auto score = [&](i32 group, f32 *scores, f32 *sums) {
      *scores = static_cast<f32>(group + 1);
      *sums = static_cast<f32>(2 * group + 1);
      ++scored[group];
    };
    const auto addValues = [&](i32 group, const f32 *scores, const f32 *sums) {
      EXPECT_EQ(*scores, static_cast<f32>(group + 1));
      EXPECT_EQ(*sums, static_cast<f32>(2 * group + 1));
      ++added[group];
    };
    attend_heads(visible, state, me, score, addValues);
  });
  for (i32 group = 0; group < kKeyValueHeads; ++group) {
    EXPECT_EQ(scored[group], 1) << "head " << group << ", " << threads << " threads";
    EXPECT_EQ(added[group], 1) << "head " << group << ", " << threads << " threads";
  }
}

TEST(HeadHalvesTest, EveryHeadIsAttendedOnce) {
  for (i32 threads = 1; threads <= 12; ++threads)
    for (i32 visible : {kHalvesFrom - 1, kHalvesFrom})
      attend(threads, visible);
}

} // namespace
