//===- RopeTablesTest.cpp -------------------------------------------------===//
//
// Tables against long double, to the last bit that a single rounding allows.
//
//===----------------------------------------------------------------------===//

#include "codegen/weights/RopeTables.h"
#include "tests/unit/codegen/weights/SmallPlan.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

using namespace weebill::plan;
using namespace weebill::tests;
using namespace weebill::weights;

namespace {

TEST(RopeTablesTest, PositionZeroDoesNotRotate) {
  const RopeTables tables = makeRopeTables(64, 64, {100000});
  for (int i = 0; i < 32; ++i) {
    EXPECT_EQ(tables.cosine[i], 1);
    EXPECT_EQ(tables.sine[i], 0);
  }
}

TEST(RopeTablesTest, IsTheTrueValueRoundedOnce) {
  const int64_t positions = 2048, headSize = 64;
  const double theta = 100000;
  const RopeTables tables = makeRopeTables(positions, headSize, {theta});
  ASSERT_EQ(tables.cosine.size(), size_t(positions * headSize / 2));
  for (int64_t t = 0; t < positions; ++t)
    for (int64_t i = 0; i < headSize / 2; ++i) {
      const long double angle = t * powl(theta, -2.0L * i / headSize);
      // The angle in double is off by up to 4 units of its last place (power, product), which moves a cosine by as
      // much; then one rounding.
      const double bound = std::ldexp(1, -25) + 4 * std::ldexp(double(angle), -53) + std::ldexp(1, -52);
      EXPECT_NEAR(tables.cosine[t * headSize / 2 + i], cosl(angle), bound) << t << ", " << i;
      EXPECT_NEAR(tables.sine[t * headSize / 2 + i], sinl(angle), bound) << t << ", " << i;
    }
}

/// Llama 3.2's numbers: of the 32 pairs of a head the first 15 keep their frequency, the last 14 turn 32 times slower.
TEST(RopeTablesTest, ScalesSlowFrequencies) {
  const int64_t positions = 4096, headSize = 64;
  const RopeFrequencies rope{500000, 32, 1, 4, 8192};
  const RopeTables scaled = makeRopeTables(positions, headSize, rope),
                   plain = makeRopeTables(positions, headSize, {500000});
  int kept = 0, divided = 0;
  for (int64_t i = 0; i < headSize / 2; ++i) {
    const long double frequency = powl(500000, -2.0L * i / headSize), wavelength = 2 * acosl(-1) / frequency;
    // How often the pair turns in the original context decides: 4 times and more, less than once, or between.
    const long double turns = 8192 / wavelength;
    const long double share = std::clamp((turns - 1) / 3, 0.0L, 1.0L);
    kept += turns > 4;
    divided += turns < 1;
    for (int64_t t : {int64_t(1), int64_t(63), positions - 1}) {
      const long double angle = t * ((1 - share) * frequency / 32 + share * frequency);
      // As above, but 12 roundings instead of 4.
      const double bound = std::ldexp(1, -25) + 12 * std::ldexp(double(t * frequency), -53) + std::ldexp(1, -52);
      EXPECT_NEAR(scaled.cosine[t * headSize / 2 + i], cosl(angle), bound) << t << ", " << i;
      EXPECT_NEAR(scaled.sine[t * headSize / 2 + i], sinl(angle), bound) << t << ", " << i;
      if (turns <= 4)
        continue;
      EXPECT_EQ(scaled.sine[t * headSize / 2 + i], plain.sine[t * headSize / 2 + i]) << t << ", " << i;
    }
  }
  EXPECT_EQ(kept, 15);
  EXPECT_EQ(divided, 14);
}

TEST(RopeTablesTest, OneTableForEachThetaOfTheBlocks) {
  const RopeFrequencies rope = {.theta = 7, .blockThetas = {500000, 0, 10000, 500000, 0}};
  EXPECT_EQ(differentRopes(rope), (std::vector<RopeOfBlock>{{500000, 1}, {0, 1}, {10000, 1}}));
  EXPECT_EQ(ropeTableOfBlocks(rope), (std::vector<int64_t>{0, 1, 2, 0, 1}));
  const RopeTables all = makeRopeTables(5, 8, rope), first = makeRopeTables(5, 8, {500000}),
                   last = makeRopeTables(5, 8, {10000});
  ASSERT_EQ(all.cosine.size(), 3u * 5 * 4);
  for (size_t i = 0; i < 20; ++i) {
    EXPECT_EQ(all.cosine[i], first.cosine[i]);
    EXPECT_EQ(all.sine[i], first.sine[i]);
    EXPECT_EQ(all.cosine[20 + i], 1.0f); // without RoPE
    EXPECT_EQ(all.sine[20 + i], 0.0f);
    EXPECT_EQ(all.cosine[40 + i], last.cosine[i]);
  }
  // One theta that all blocks have is one table, as without a list.
  const RopeFrequencies same = {.theta = 7, .blockThetas = {10000, 10000}};
  EXPECT_EQ(differentRopes(same), (std::vector<RopeOfBlock>{{10000, 1}}));
  EXPECT_TRUE(ropeTableOfBlocks(same).empty());
  EXPECT_EQ(makeRopeTables(5, 8, same).sine, last.sine);
  EXPECT_EQ(differentRopes({500000}), (std::vector<RopeOfBlock>{{500000, 1}}));
  weebill::plan::RopeFrequencies scaled{10000, 8};
  scaled.blockFactors = {1, 8, 1};
  EXPECT_EQ(differentRopes(scaled), (std::vector<RopeOfBlock>{{10000, 1}, {10000, 8}}));
  EXPECT_EQ(ropeTableOfBlocks(scaled), (std::vector<int64_t>{0, 1, 0}));
  const RopeTables both = makeRopeTables(3, 4, scaled);
  ASSERT_EQ(both.cosine.size(), 12u);
  EXPECT_EQ(both.cosine[2], float(std::cos(1.0)));     // the first pair at position 1, not scaled
  EXPECT_EQ(both.cosine[8], float(std::cos(1.0 / 8))); // and scaled
  EXPECT_TRUE(ropeTableOfBlocks({500000}).empty());
}

TEST(RopeTablesTest, FindsThetaInThePlan) {
  ModelPlan plan = smallPlan();
  EXPECT_EQ(ropeFrequenciesOf(plan).theta, 10000);

  StepPlan other;
  other.kind = StepKind::Rope;
  other.rope.theta = 10000;
  other.rope.factor = 32;
  plan.decode.body.front().steps.push_back(other);
  EXPECT_THROW(ropeFrequenciesOf(plan), std::invalid_argument);
  plan.decode.body.clear();
  EXPECT_THROW(ropeFrequenciesOf(plan), std::invalid_argument);
}

} // namespace
