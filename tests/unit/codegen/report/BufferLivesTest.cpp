//===- BufferLivesTest.cpp - When a buffer holds something ----------------===//

#include "codegen/report/BufferLives.h"

#include "tests/unit/codegen/report/DeepAndThinPlan.h"

#include <gtest/gtest.h>

using namespace weebill::plan;
using namespace weebill::report;
using namespace weebill::tests;

namespace {

/// "codes_model attention_norm-project_qkv", one for each life.
std::vector<std::string> livesOf(const ModelPlan &plan, const std::string &buffer) {
  const RoutePhases route = phasesInOrder(plan.prefill);
  std::vector<std::string> texts;
  for (const BufferLife &life : bufferLives(plan, route.phases))
    if (plan.buffers[life.buffer].name == buffer)
      texts.push_back(route.names[life.first] + " - " + route.names[life.last]);
  return texts;
}

using Texts = std::vector<std::string>;

TEST(BufferLivesTest, TheResidualStreamLivesAllTheWay) {
  EXPECT_EQ(livesOf(deepAndThinPlan(), "x"), Texts{"embed - head"});
}

TEST(BufferLivesTest, ARotationInPlaceIsNoNewLife) {
  EXPECT_EQ(livesOf(deepAndThinPlan(), "qkv"), Texts{"project_qkv - attend"});
}

TEST(BufferLivesTest, ABufferThatIsWrittenAnewLivesAgain) {
  EXPECT_EQ(
      livesOf(deepAndThinPlan(), "codes_model"),
      (Texts{"attention_norm - project_qkv", "attention_codes - attention_out_residual", "ffn_norm - gate_up_swiglu"}));
}

TEST(BufferLivesTest, PartsOfOneBufferAreOneLife) {
  ModelPlan plan;
  plan.buffers.resize(1);
  plan.buffers[0].name = "qkv";
  StepPlan query, key, attention;
  query.out = {0, 0, 64};
  key.out = {0, 64, 64};
  attention.in = {{0, 0, 64}, {0, 64, 64}};
  attention.out = {};
  plan.prefill.body = {{"query", {query}}, {"key", {key}}, {"attend", {attention}}};
  EXPECT_EQ(livesOf(plan, "qkv"), Texts{"query - attend"});
}

TEST(BufferLivesTest, AnUntouchedBufferHasNone) {
  ModelPlan plan = deepAndThinPlan();
  plan.buffers.emplace_back();
  plan.buffers.back().name = "unused";
  EXPECT_EQ(livesOf(plan, "unused"), Texts{});
}

} // namespace
