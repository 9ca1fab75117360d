//===- StepKindsTest.cpp - Rows of the table of step kinds ----------------===//

#include "codegen/plan/StepKinds.h"

#include <gtest/gtest.h>

#include <set>

using namespace weebill::plan;

namespace {

TEST(StepKindsTest, EveryKindHasARowOfItsOwn) {
  std::set<std::string> names, actions;
  for (size_t kind = 0; kind < kStepKinds; ++kind) {
    const StepKindInfo &row = info(StepKind(kind));
    EXPECT_EQ(row.kind, StepKind(kind));
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_TRUE(actions.insert(row.action).second) << row.action;
    EXPECT_NE(row.comment, nullptr) << row.name;
  }
  EXPECT_THROW(info(StepKind(kStepKinds)), std::out_of_range);
}

TEST(StepKindsTest, CommentsNameTheRoleWithoutWhatTheKindSays) {
  StepPlan step;
  step.kind = StepKind::LinearResidual;
  step.role = "down";
  EXPECT_EQ(commentOf(step), "multiply by down and add to the residual stream");
  step.kind = StepKind::AddBias;
  step.role = "query_bias";
  EXPECT_EQ(commentOf(step), "add the bias of query");
  step.kind = StepKind::HeadNorm;
  step.role = "key_norm";
  EXPECT_EQ(commentOf(step), "norm the heads of key");
  step.kind = StepKind::Silu;
  EXPECT_EQ(commentOf(step), "silu");
}

TEST(StepKindsTest, ATokenAttendsToWholeBlocksOfPositions) {
  ModelPlan plan;
  plan.sizes.headSize = 64;
  StepPlan step;
  step.heads = 1;
  // 4 * 64 * 64 products of scores and values, 26 a position, 64 divisions (codegen/report/PhaseCosts.h).
  constexpr int64_t oneBlock = 4 * 64 * 64 + 26 * 64 + 64;
  const auto operations = info(StepKind::Attention).operations;
  EXPECT_EQ(operations(step, plan, 0), oneBlock);
  EXPECT_EQ(operations(step, plan, 63), oneBlock) << "its own position is the 64th";
  EXPECT_EQ(operations(step, plan, 64), 2 * oneBlock - 64);
}

} // namespace
