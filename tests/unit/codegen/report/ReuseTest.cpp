//===- ReuseTest.cpp - What a shared block finds in the caches ------------===//
//
// Numbers worked out by hand for blocks of MobileLLM-125M, int8: 576 wide, 1536 in the feed-forward half, 9 and 3
// heads.

#include "codegen/report/Reuse.h"

#include "tests/unit/codegen/report/DeepAndThinPlan.h"

#include <array>
#include <cmath>
#include <gtest/gtest.h>

using namespace weebill::plan;
using namespace weebill::report;
using namespace weebill::targets;
using namespace weebill::tests;
using namespace weebill::weights;

namespace {

// Bytes of a matrix with its scale and row sum, four bytes each a row.
constexpr int64_t kQkv = 960 * (576 + 8), kOut = 576 * (576 + 8), kGateUp = 3072 * (576 + 8), kDown = 576 * (1536 + 8);
constexpr int64_t kNorms = 2 * 576 * 4;
constexpr int64_t kBlock = kQkv + kOut + kGateUp + kDown + kNorms;

constexpr Pass kFirstToken{1, 0};
const Caches kServer = {{48 << 10, 1}, {2 << 20, 1}, {0, 1}, false};
const Caches kPi5 = {{64 << 10, 1}, {512 << 10, 1}, {2 << 20, 4}, false};

class ReuseTest : public testing::Test {
protected:
  Sources second(const Caches &caches, int threads, const Pass &pass = kFirstToken) const {
    return sourcesOf({}, footprintOfVisit(plan, layout, pass, threads), caches, threads);
  }

  const ModelPlan plan = sharedPlan();
  const WeightsLayout layout = layOutWeights(plan);
};

TEST_F(ReuseTest, ABlockIsDealtOutByRows) {
  static_assert(kBlock == 3585024, "3.42 MiB; 3.38 without scales, sums and norms");
  EXPECT_EQ(footprintOfVisit(plan, layout, kFirstToken, 1).weights, kBlock);
  // 15 heads of query, key and value on two threads: the second has eight. All else is halved; norms are read by both.
  EXPECT_EQ(footprintOfVisit(plan, layout, kFirstToken, 2).weights,
            kQkv * 8 / 15 + (kOut + kGateUp + kDown) / 2 + kNorms);
  EXPECT_EQ(footprintOfVisit(plan, layout, kFirstToken, 4).weights,
            kQkv * 4 / 15 + (kOut + kGateUp + kDown) / 4 + kNorms);
}

TEST_F(ReuseTest, AttentionReadsItsHeadsOfTheCache) {
  // 64 positions of a key and a value of three heads of 64 float16; one position is written.
  constexpr int64_t position = 2 * 3 * 64 * 2;
  EXPECT_EQ(footprintOfVisit(plan, layout, kFirstToken, 1).cache, 65 * position);
  EXPECT_EQ(footprintOfVisit(plan, layout, {1, 512}, 1).cache, 577 * position) << "attention walks blocks of 64";
  // Two threads share the third head from 256 positions on; before, the second has two. Heads 9 to 14, which are keys
  // and values, are all its own.
  EXPECT_EQ(footprintOfVisit(plan, layout, {1, 512}, 2).cache, 576 * position / 2 + position);
  EXPECT_EQ(footprintOfVisit(plan, layout, {1, 100}, 2).cache, 128 * position * 2 / 3 + position);
}

TEST_F(ReuseTest, WhatFitsStays) {
  EXPECT_EQ(residentShare(100, 100), 1);
  EXPECT_EQ(residentShare(1, 100), 1);
  EXPECT_EQ(residentShare(1, 0), 0) << "no cache";
  EXPECT_EQ(residentShare(100, 1), 0);
}

TEST_F(ReuseTest, WhatDoesNotFitStaysInPart) {
  for (double times : {1.01, 1.1, 1.5, 2.0, 3.0}) {
    const double share = residentShare(times * 1e6, 1e6);
    EXPECT_GT(share, 0);
    EXPECT_LT(share, 1 / times) << "the cache holds no more";
    EXPECT_NEAR(share, std::exp(-(1 - share) * times), 1e-12) << "after " << times << " capacities";
  }
}

TEST_F(ReuseTest, HalfABlockFitsTwoMebibytes) {
  const Sources one = second(kServer, 1), two = second(kServer, 2);
  EXPECT_EQ(two.l2, 1);
  EXPECT_EQ(two.memory, 0);
  // One thread: 3,585,024 of weights, 49,920 of cache (65 positions of 768) and a row of each buffer, 16,720 (float32
  // of 576, 960, 576 and 1536, codes of 576 and 1536 with 8 bytes each): 3,651,664, 1.74125 times 2 MiB. The share
  // below 1 that solves share = exp(-(1 - share) 1.74125) is 0.2909; what is allowed is that number's last digit.
  EXPECT_NEAR(one.l2, 0.2909, 5e-5);
  EXPECT_DOUBLE_EQ(one.l2 + one.memory, 1);
  EXPECT_EQ(one.l1, 0);
}

TEST_F(ReuseTest, ALongContextPushesWeightsOut) {
  // 1,813,504 of weights, 17,000 of activations and 384 bytes for each position: full after about 690.
  EXPECT_EQ(second(kServer, 2, {1, 256}).l2, 1);
  const double at1024 = second(kServer, 2, {1, 1023}).l2, at2048 = second(kServer, 2, {1, 2047}).l2;
  EXPECT_LT(at1024, 1);
  EXPECT_LT(at2048, at1024);
  EXPECT_GT(at2048, 0.3);
}

TEST_F(ReuseTest, FourSmallCoresHoldAPart) {
  // A quarter of the block (4 of 15 heads of query, key and value): 909,056 of weights, 16,896 of cache (64 positions
  // of one head of three; four of the new position's six rows of 128) and 16,720 of buffers are 1.79801 times 512 KiB.
  // The share that solves share = exp(-(1 - share) 1.79801) is 0.2683, as above. All of it is 1.75 times the 2 MiB that
  // four share.
  const Sources four = second(kPi5, 4);
  EXPECT_NEAR(four.l2, 0.2683, 5e-5);
  EXPECT_LT(four.l2 + four.l3, 0.5);
  EXPECT_GT(four.memory, 0.5);
  const Sources one = second(kPi5, 1);
  EXPECT_EQ(one.l2, 0) << "seven times the cache";
  EXPECT_GT(one.l3, 0.25) << "the whole of the shared one";
}

/// Visits, blocks, count of every kind of return.
std::vector<std::array<int64_t, 3>> kinds(const std::vector<int64_t> &schedule) {
  std::vector<std::array<int64_t, 3>> list;
  for (const Return &kind : returnsOf(schedule))
    list.push_back({kind.visits, kind.blocks, kind.count});
  return list;
}

TEST_F(ReuseTest, SchedulesComeBackInTheirOwnWays) {
  using Kinds = std::vector<std::array<int64_t, 3>>;
  EXPECT_EQ(kinds({0, 1, 2}), Kinds());
  EXPECT_EQ(kinds({0, 0, 1, 1, 2, 2}), Kinds({{1, 1, 3}}));
  EXPECT_EQ(kinds({0, 0, 0, 0}), Kinds({{1, 1, 3}}));
  EXPECT_EQ(kinds({0, 1, 2, 0, 1, 2}), Kinds({{3, 3, 3}}));
  EXPECT_EQ(kinds({0, 1, 2, 2, 1, 0}), Kinds({{1, 1, 1}, {3, 2, 1}, {5, 3, 1}}));
  EXPECT_EQ(kinds({0, 1, 1, 1, 0}), Kinds({{1, 1, 2}, {4, 2, 1}})) << "visits in between that are of one block";
}

TEST_F(ReuseTest, OrderDecides) {
  const Footprint visit = footprintOfVisit(plan, layout, kFirstToken, 2);
  EXPECT_EQ(sourcesOf({1, 1, 1}, visit, kServer, 2).l2, 1);
  EXPECT_LT(sourcesOf({2, 2, 1}, visit, kServer, 2).l2, 0.5) << "two blocks of half";
  EXPECT_EQ(sourcesOf({15, 15, 1}, visit, kServer, 2).memory, 1);
  const Caches large = {{48 << 10, 1}, {2 << 20, 1}, {64 << 20, 2}, false};
  EXPECT_EQ(sourcesOf({15, 15, 1}, visit, large, 2).l3, 1) << "54 MB";
}

TEST_F(ReuseTest, TheMeanIsOverVisits) {
  const Footprint visit = footprintOfVisit(plan, layout, kFirstToken, 2);
  const Sources mean = meanSources({{1, 1, 3}, {15, 15, 1}}, visit, kServer, 2).value();
  EXPECT_DOUBLE_EQ(mean.l2, 0.75);
  EXPECT_DOUBLE_EQ(mean.memory, 0.25);
  EXPECT_FALSE(meanSources({}, visit, kServer, 2)) << "nothing is visited twice";
}

TEST_F(ReuseTest, AShortPromptReusesWhatATokenDoes) {
  EXPECT_EQ(second(kServer, 2, {8, 0}).l2, 1);
  const double chunk = second(kServer, 2, {64, 0}).l2;
  EXPECT_LT(chunk, 1) << "64 rows of activations take more than half a mebibyte";
  EXPECT_GT(chunk, 0.3);
}

} // namespace
