//===- BlockKindsTest.cpp - Where blocks are of two kinds -----------------===//

#include "codegen/plan/BlockKinds.h"
#include "codegen/plan/CacheRooms.h"
#include "codegen/plan/PositionsRead.h"

#include <gtest/gtest.h>

using namespace weebill::plan;

namespace {

StepPlan stepOf(StepKind kind, int64_t arm) {
  StepPlan step;
  step.kind = kind;
  step.arm = arm;
  return step;
}

/// Blocks 0 and 2 convolve over three tokens, block 1 attends to a window of 100; block 0 is visited twice.
ModelPlan twoKinds(int64_t positions) {
  ModelPlan plan;
  plan.chunk = 64;
  plan.sizes.blocks = 3;
  plan.schedule = {0, 0, 1, 2};
  plan.blockArms = {1, 0, 1};
  plan.cache.visits = 4;
  plan.cache.positions = positions;
  plan.convolution = {3, 32};
  StepPlan attention = stepOf(StepKind::Attention, 0);
  attention.blockWindows = {0, 100, 0};
  plan.decode.body = {{"attend", {attention}},
                      {"convolution_in", {stepOf(StepKind::Linear, 1)}},
                      {"convolve", {stepOf(StepKind::GatedConvolution, 1)}},
                      {"gate_up", {stepOf(StepKind::SwiGLU, -1)}}};
  return plan;
}

TEST(BlockKindsTest, VisitsRunTheStepsOfTheirKind) {
  const ModelPlan plan = twoKinds(1024);
  const StepPlan &attention = plan.decode.body[0].steps[0], &linear = plan.decode.body[1].steps[0],
                 &both = plan.decode.body[3].steps[0];
  EXPECT_TRUE(plan.runs(2, attention));
  EXPECT_FALSE(plan.runs(0, attention));
  EXPECT_TRUE(plan.runs(0, linear));
  EXPECT_EQ(visitsThatRun(attention, plan), 1);
  EXPECT_EQ(visitsThatRun(linear, plan), 3);
  EXPECT_EQ(visitsThatRun(both, plan), 4);
  EXPECT_EQ(blocksThatHave(attention, plan), 1);
  EXPECT_EQ(blocksThatHave(linear, plan), 2);
  EXPECT_EQ(blocksThatHave(both, plan), 3);
}

TEST(BlockKindsTest, PhasesAreThoseOfAKind) {
  ModelPlan plan = twoKinds(1024);
  EXPECT_EQ(phasesOfVisit(plan.decode.body), "2 or 3");
  plan.decode.body.erase(plan.decode.body.begin() + 1);
  EXPECT_EQ(phasesOfVisit(plan.decode.body), "2");
  plan.decode.body = {plan.decode.body.back()};
  EXPECT_EQ(phasesOfVisit(plan.decode.body), "1");
  EXPECT_EQ(phasesOfVisit({{"bare", {}}}), "1");
}

TEST(BlockKindsTest, AConvolutionIsAWindow) {
  const CacheRooms rooms = cacheRooms(twoKinds(1024));
  EXPECT_EQ(rooms.windows, (std::vector<int64_t>{3, 3, 100, 3}));
  EXPECT_EQ(rooms.positions, (std::vector<int64_t>{192, 192, 256, 192}));
  EXPECT_EQ(rooms.convolves, (std::vector<bool>{true, true, false, true}));
  EXPECT_EQ(rooms.windowed(), 1); // of keys and values
}

TEST(BlockKindsTest, InAShortContextItKeepsAllRows) {
  const CacheRooms rooms = cacheRooms(twoKinds(128));
  EXPECT_EQ(rooms.step, 0);
  EXPECT_EQ(rooms.positions, (std::vector<int64_t>(4, 128)));
  EXPECT_EQ(rooms.convolves, (std::vector<bool>{true, true, false, true}));
}

TEST(BlockKindsTest, AttentionReadsInItsOwnVisits) {
  const ModelPlan plan = twoKinds(1024);
  EXPECT_EQ(positionsRead(plan.decode.body[0].steps[0], plan, 299, 1), 320 - 192); // of 200 to 299
}

} // namespace
