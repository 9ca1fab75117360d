//===- RopeTablesTest.cpp -------------------------------------------------===//
//
// Tables against long double, to the last bit that a single rounding allows.
//
//===----------------------------------------------------------------------===//

#include "codegen/weights/RopeTables.h"
#include "tests/unit/codegen/weights/SmallPlan.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace weebill;

namespace {

TEST(RopeTablesTest, PositionZeroDoesNotRotate) {
  const RopeTables tables = makeRopeTables(64, 64, 100000);
  for (int i = 0; i < 32; ++i) {
    EXPECT_EQ(tables.cosine[i], 1);
    EXPECT_EQ(tables.sine[i], 0);
  }
}

TEST(RopeTablesTest, IsTheTrueValueRoundedOnce) {
  const int64_t positions = 2048, headSize = 64;
  const double theta = 100000;
  const RopeTables tables = makeRopeTables(positions, headSize, theta);
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

TEST(RopeTablesTest, FindsThetaInThePlan) {
  ModelPlan plan = smallPlan();
  EXPECT_EQ(ropeThetaOf(plan), 10000);

  StepPlan other;
  other.kind = StepKind::Rope;
  other.ropeTheta = 500000;
  plan.decode.body.front().steps.push_back(other);
  EXPECT_THROW(ropeThetaOf(plan), std::invalid_argument);
  plan.decode.body.clear();
  EXPECT_THROW(ropeThetaOf(plan), std::invalid_argument);
}

} // namespace
