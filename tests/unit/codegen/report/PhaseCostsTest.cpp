//===- PhaseCostsTest.cpp - Bytes, operations and shares of steps ---------===//
//
// Expected numbers are worked out by hand from the shape: model 576, hidden 1536, 9 and 3 heads of 64.

#include "codegen/report/PhaseCosts.h"

#include "codegen/weights/Traffic.h"
#include "tests/unit/codegen/report/DeepAndThinPlan.h"

#include <gtest/gtest.h>

using namespace weebill::plan;
using namespace weebill::report;
using namespace weebill::tests;
using namespace weebill::weights;

namespace {

const StepPlan &stepOf(const std::vector<PhasePlan> &phases, const std::string &role) {
  for (const PhasePlan &phase : phases)
    for (const StepPlan &step : phase.steps)
      if (step.role == role)
        return step;
  throw std::out_of_range(role);
}

class PhaseCostsTest : public testing::Test {
protected:
  Cost cost(const std::string &role, const Pass &pass) const {
    return costOf(stepOf(plan.decode.body, role), plan, layout, pass);
  }

  const ModelPlan plan = deepAndThinPlan();
  const WeightsLayout layout = layOutWeights(plan);
};

TEST_F(PhaseCostsTest, MatrixReadsItsBytesOnceAndMultipliesForEveryToken) {
  const Cost one = cost("qkv", {1, 0}), chunk = cost("qkv", {64, 0});
  EXPECT_EQ(one.weightBytes, 960 * 576 + 960 * 4 + 960 * 4);
  EXPECT_EQ(one.integerOperations, 2 * 960 * 576 + 2 * 960);
  EXPECT_EQ(one.floatOperations, 2 * 960);
  EXPECT_EQ(chunk.weightBytes, one.weightBytes);
  EXPECT_EQ(chunk.integerOperations, 64 * one.integerOperations);
  EXPECT_EQ(chunk.floatOperations, 64 * one.floatOperations);
}

TEST_F(PhaseCostsTest, FloatMatrixHasFloatOperationsOnly) {
  ModelPlan floats = plan;
  for (WeightPlan &weight : floats.weights)
    if (weight.format == &weebill::formats::kMatrixInt8)
      weight.format = &weebill::formats::kMatrixF32;
  const WeightsLayout floatLayout = layOutWeights(floats);
  const Cost qkv = costOf(stepOf(floats.decode.body, "qkv"), floats, floatLayout, {1, 0});
  EXPECT_EQ(qkv.weightBytes, 960 * 576 * 4);
  EXPECT_EQ(qkv.integerOperations, 0);
  EXPECT_EQ(qkv.floatOperations, 2 * 960 * 576);
  const Cost embed = costOf(stepOf(floats.decode.before, "embedding"), floats, floatLayout, {1, 0});
  EXPECT_EQ(embed.weightBytes, 576 * 4);
  EXPECT_EQ(embed.operations(), 0) << "a float row is copied";
}

TEST_F(PhaseCostsTest, ResidualAndSwigluAddTheirOwn) {
  EXPECT_EQ(cost("down", {1, 0}).floatOperations, (2 + 1) * 576);
  EXPECT_EQ(cost("gate_up", {1, 0}).floatOperations, 2 * 3072 + 27 * 1536);
}

TEST_F(PhaseCostsTest, RowsAreNormedAndQuantized) {
  const Cost norm = cost("attention_norm", {2, 0});
  EXPECT_EQ(norm.weightBytes, 576 * 4);
  EXPECT_EQ(norm.floatOperations, 2 * (4 * 576 + 4 + 7 * 576 + 7));
  EXPECT_EQ(cost("gate_up_codes", {1, 0}).floatOperations, 7 * 1536 + 7);
  EXPECT_EQ(cost("gate_up_codes", {1, 0}).bytes(), 0) << "its row is in the caches";
}

TEST_F(PhaseCostsTest, EachColumnIsMixedOnceForEachStride) {
  StepPlan mixing = stepOf(plan.decode.body, "gate_up_codes");
  mixing.kind = StepKind::Hadamard;
  mixing.mixed = 512;
  const Cost two = costOf(mixing, plan, layout, {2, 0});
  EXPECT_EQ(two.floatOperations, 2 * 1536 * 9);
  EXPECT_EQ(two.bytes(), 0);
}

TEST_F(PhaseCostsTest, HeadsAreRotatedAndAppended) {
  EXPECT_EQ(cost("rope_query", {1, 5}).floatOperations, 4 * 576);
  EXPECT_EQ(cost("rope_key", {1, 5}).floatOperations, 4 * 192);
  const Cost append = cost("cache_append", {3, 5});
  EXPECT_EQ(append.cacheBytesWritten, 3 * 2 * 192 * 2);
  EXPECT_EQ(append.operations(), 0);
}

TEST_F(PhaseCostsTest, WindowsAreReadFromTheirFirstBlock) {
  ModelPlan windowed = plan;
  windowed.schedule = {0, 1};
  StepPlan attention = stepOf(plan.decode.body, "attention");
  attention.blockWindows = {100, 0};
  const auto bytes = [&](const Pass &pass) { return costOf(attention, windowed, layout, pass).cacheBytesRead; };
  const int64_t position = cacheBytesPerVisit(plan);
  EXPECT_EQ(bytes({1, 0}), 64 * position);
  EXPECT_EQ(bytes({1, 99}), 128 * position); // all are seen by both
  EXPECT_EQ(bytes({1, 999}), (1024 - 896 + 1024) / 2 * position) << "900..999 lie in 896..1023";
  EXPECT_EQ(bytes({64, 960}), (1024 - 832 + 1024) / 2 * position) << "the first token sees 861..960";
}

TEST_F(PhaseCostsTest, AttentionReadsWholeBlocksOfPositions) {
  const int64_t perPosition = 2 * 192 * 2;
  const auto operations = [](int64_t positions) { return 9 * (4 * positions * 64 + 26 * positions + 64); };
  EXPECT_EQ(cost("attention", {1, 0}).cacheBytesRead, 64 * perPosition);
  EXPECT_EQ(cost("attention", {1, 63}).floatOperations, operations(64)) << "64 positions are visible";
  EXPECT_EQ(cost("attention", {1, 64}).floatOperations, operations(128)) << "65 positions take two blocks";

  const Cost chunk = cost("attention", {64, 32}); // 32 tokens see one block, 32 see two
  EXPECT_EQ(chunk.cacheBytesRead, 128 * perPosition) << "once for all tokens";
  EXPECT_EQ(chunk.floatOperations, 32 * operations(64) + 32 * operations(128));
}

TEST_F(PhaseCostsTest, CacheOfFloat32IsTwiceAsLarge) {
  ModelPlan wide = plan;
  wide.cache.element = Element::F32;
  EXPECT_EQ(cacheBytesPerVisit(wide), 2 * cacheBytesPerVisit(plan));
  EXPECT_EQ(30 * cacheBytesPerVisit(plan), cacheBytesPerToken(plan));
}

TEST_F(PhaseCostsTest, CacheOfCodesHasScales) {
  ModelPlan coded = plan;
  coded.cache.element = Element::I8;
  EXPECT_EQ(cacheBytesPerVisit(coded), 2 * 3 * (64 + 4));
  for (const PhasePlan &phase : coded.decode.body)
    for (const StepPlan &step : phase.steps) {
      const Cost more = costOf(step, coded, layout, {1, 0}), before = costOf(step, plan, layout, {1, 0});
      const int64_t codes = step.kind == StepKind::CacheAppend ? 7 * 2 * 192 + 6 * 192 : 0;
      const bool attends = step.kind == StepKind::Attention;
      const int64_t products = attends ? 9 * 4 * 64 * 64 : 0; // become integers
      const int64_t scaled = attends ? 9 * (6 * 64 + 7 * 64 + 6 * 64 + 2 * 64) : 0;
      EXPECT_EQ(more.integerOperations, before.integerOperations + products) << step.role;
      EXPECT_EQ(more.floatOperations, before.floatOperations + codes - products + scaled) << step.role;
    }
}

TEST_F(PhaseCostsTest, ElementWiseSteps) {
  StepPlan step;
  step.in = {{0, 0, 576}, {1, 0, 576}};
  for (auto [kind, perColumn] : {std::pair{StepKind::Silu, 26}, {StepKind::Mul, 1}, {StepKind::Add, 1}}) {
    step.kind = kind;
    EXPECT_EQ(costOf(step, plan, layout, {2, 0}).floatOperations, 2 * perColumn * 576);
  }
}

TEST_F(PhaseCostsTest, StepsOnHeads) {
  StepPlan step;
  step.kind = StepKind::HeadNorm;
  step.in = {{0, 576, 192}};
  step.out = {0, 576, 192};
  step.heads = 3;
  EXPECT_EQ(costOf(step, plan, layout, {2, 0}).floatOperations, 2 * (4 * 192 + 4 * 3));
  EXPECT_EQ(costOf(step, plan, layout, {2, 0}).weightBytes, 0);
  const int norm = stepOf(plan.decode.body, "attention_norm").weights.at(0); // some vector
  step.weights = {norm};
  EXPECT_EQ(costOf(step, plan, layout, {2, 0}).floatOperations, 2 * (5 * 192 + 4 * 3));
  EXPECT_EQ(costOf(step, plan, layout, {2, 0}).weightBytes, layout.fields.at(norm).values().bytes);
  step.kind = StepKind::AddBias;
  EXPECT_EQ(costOf(step, plan, layout, {2, 0}).floatOperations, 2 * 192);

  // Three heads behind nine: dealt out as the whole matrix is.
  step.decode = {Share::Columns, 15, 9, 64};
  const DealtUnits dealt = dealtUnits(step, step.decode, plan, {1, 0});
  EXPECT_EQ(dealt.first, 9);
  EXPECT_EQ(dealt.count, 3);
}

/// The same sum by another way: what `weebill inspect` says a token reads.
TEST_F(PhaseCostsTest, PhasesAddUpToTheWeightsOfAToken) {
  int64_t total = 0;
  for (const PhasePlan &phase : plan.decode.body)
    total += 30 * costOf(phase, plan, layout, {1, 0}).weightBytes;
  for (const PhasePlan &phase : plan.decode.after)
    total += costOf(phase, plan, layout, {1, 0}).weightBytes;
  EXPECT_EQ(total, weightBytesPerToken(plan, layout)) << "the row of the embedding is part of the head's matrix";
}

TEST_F(PhaseCostsTest, BadPlansAreRefused) {
  StepPlan step = stepOf(plan.decode.body, "qkv");
  step.weights = {99};
  EXPECT_THROW(costOf(step, plan, layout, {1, 0}), std::out_of_range);
  step.weights = {};
  EXPECT_THROW(costOf(step, plan, layout, {1, 0}), std::out_of_range);
}

//===----------------------------------------------------------------------===//
// Who computes what
//===----------------------------------------------------------------------===//

std::vector<int64_t> split(const DealtUnits &dealt, int threads) {
  std::vector<int64_t> units;
  for (int thread = 0; thread < threads; ++thread)
    units.push_back(unitsOfThread(dealt, thread, threads));
  return units;
}

TEST_F(PhaseCostsTest, RowsAreDealtInOrder) {
  const StepPlan &qkv = stepOf(plan.decode.body, "qkv");
  const DealtUnits dealt = dealtUnits(qkv, qkv.decode, plan, {1, 0});
  EXPECT_EQ(split(dealt, 1), (std::vector<int64_t>{15}));
  EXPECT_EQ(split(dealt, 2), (std::vector<int64_t>{7, 8}));
  EXPECT_EQ(split(dealt, 4), (std::vector<int64_t>{3, 4, 4, 4}));
  EXPECT_DOUBLE_EQ(shareOfThread(dealt, 1, 2), 8.0 / 15);
}

TEST_F(PhaseCostsTest, SlicesBelongToTheOwnersOfTheWholeMatrix) {
  const StepPlan &keys = stepOf(plan.decode.body, "rope_key"), &append = stepOf(plan.decode.body, "cache_append");
  EXPECT_EQ(split(dealtUnits(keys, keys.decode, plan, {1, 0}), 2), (std::vector<int64_t>{0, 3})) << "heads 9 to 11";
  EXPECT_EQ(split(dealtUnits(append, append.decode, plan, {1, 0}), 4), (std::vector<int64_t>{0, 0, 2, 4}))
      << "keys 9 to 11 and values 12 to 14, of 3+4+4+4";

  StepPlan apart = append; // matrices of their own: a unit is a key head and its value head
  apart.decode = {Share::Columns, 3, 0, 64};
  EXPECT_EQ(split(dealtUnits(apart, apart.decode, plan, {1, 0}), 2), (std::vector<int64_t>{1, 2}));
}

TEST_F(PhaseCostsTest, ChunksDealTokensAndPairs) {
  const StepPlan &norm = stepOf(plan.prefill.body, "attention_norm"),
                 &attention = stepOf(plan.prefill.body, "attention");
  EXPECT_EQ(split(dealtUnits(norm, norm.prefill, plan, {5, 0}), 2), (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(dealtUnits(attention, attention.prefill, plan, {64, 0}).count, 3 * 64);
  EXPECT_EQ(dealtUnits(attention, attention.decode, plan, {1, 0}).count, 3);
  EXPECT_EQ(dealtUnits(attention, attention.decode, plan, {1, 254}).count, 3);
  EXPECT_EQ(split(dealtUnits(attention, attention.decode, plan, {1, 255}), 2), (std::vector<int64_t>{3, 3}))
      << "halves of heads";
}

TEST_F(PhaseCostsTest, EveryThreadDoesAllOfAPrivateStep) {
  const StepPlan &norm = stepOf(plan.decode.body, "attention_norm");
  const DealtUnits dealt = dealtUnits(norm, norm.decode, plan, {1, 0});
  EXPECT_EQ(dealt.count, 0);
  for (int thread : {0, 1, 2, 3})
    EXPECT_EQ(shareOfThread(dealt, thread, 4), 1);
}

TEST_F(PhaseCostsTest, SharesOfAllThreadsAddUp) {
  for (const PhasePlan &phase : plan.decode.body)
    for (const StepPlan &step : phase.steps)
      if (const DealtUnits dealt = dealtUnits(step, step.decode, plan, {1, 0}); dealt.count > 0)
        for (int threads = 1; threads <= 17; ++threads) {
          int64_t units = 0;
          for (int64_t some : split(dealt, threads))
            units += some;
          EXPECT_EQ(units, dealt.count) << step.role << ", " << threads << " threads";
        }
}

} // namespace
