//===- TrafficTest.cpp ----------------------------------------------------===//
//
// Bytes a token, by hand.
//
//===----------------------------------------------------------------------===//

#include "codegen/weights/Traffic.h"
#include "tests/unit/codegen/weights/SmallPlan.h"

#include <gtest/gtest.h>

using namespace weebill::plan;
using namespace weebill::tests;
using namespace weebill::weights;

namespace {

constexpr int64_t kQkvBytes = 48 * 128 + 2 * 48 * 4, kNormBytes = 128 * 4;

TEST(TrafficTest, AnEmbeddingThatNobodyElseReadsCostsOneRow) {
  const ModelPlan plan = smallPlan();
  EXPECT_EQ(weightBytesPerToken(plan, layOutWeights(plan)), 2 * kQkvBytes + kNormBytes + 128 + 8);
}

TEST(TrafficTest, AnEmbeddingThatIsTheHeadTooIsReadWhole) {
  ModelPlan plan = smallPlan();
  StepPlan head;
  head.weights = {0};
  plan.decode.after.front().steps.push_back(head);
  EXPECT_EQ(weightBytesPerToken(plan, layOutWeights(plan)), 2 * kQkvBytes + kNormBytes + 64 * (128 + 8));
}

TEST(TrafficTest, EveryVisitHasACache) {
  ModelPlan plan = smallPlan();
  EXPECT_EQ(cacheBytesPerToken(plan), 3 * 2 * 8 * 2);
  plan.cache.element = Element::F32;
  EXPECT_EQ(cacheBytesPerToken(plan), 3 * 2 * 8 * 4);
  plan.cache.element = Element::I8; // with a scale for each head
  const Sizes &sizes = plan.sizes;
  EXPECT_EQ(cacheBytesPerVisit(plan), 2 * sizes.keyValueHeads * (sizes.headSize + 4));
  EXPECT_EQ(cacheBytesPerToken(plan), 3 * cacheBytesPerVisit(plan));
}

TEST(TrafficTest, AVisitWithAWindowTakesItsRoom) {
  ModelPlan plan = smallPlan();
  plan.cache.positions = 1024;
  const int64_t visit = cacheBytesPerVisit(plan);
  EXPECT_EQ(cacheBytes(plan, 100), 3 * 100 * visit);
  EXPECT_EQ(cacheBytes(plan, 1024), 3 * 1024 * visit);
  StepPlan attention;
  attention.kind = StepKind::Attention;
  attention.blockWindows = {9, 0};
  plan.schedule = {0, 1, 0};
  plan.decode.body.push_back({"attend", {attention}});
  EXPECT_EQ(cacheBytes(plan, 100), 3 * 100 * visit);
  EXPECT_EQ(cacheBytes(plan, 1024), (2 * 192 + 1024) * visit);
}

TEST(TrafficTest, AConvolutionKeepsRowsBehindZeros) {
  ModelPlan plan = smallPlan();
  plan.cache.positions = 1024;
  const int64_t visit = cacheBytesPerVisit(plan);
  StepPlan convolution;
  convolution.kind = StepKind::GatedConvolution;
  convolution.arm = 1;
  plan.convolution = {3, 32};
  plan.schedule = {0, 1, 0};
  plan.blockArms = {1, 0};
  plan.decode.body.push_back({"convolve", {convolution}});
  EXPECT_EQ(cacheBytes(plan, 100), 100 * visit + 2 * (100 + 2) * 32 * 4);
  EXPECT_EQ(cacheBytes(plan, 1024), 1024 * visit + 2 * (192 + 2) * 32 * 4);
  EXPECT_EQ(cacheBytesPerToken(plan), visit); // rows do not grow with tokens
}

} // namespace
