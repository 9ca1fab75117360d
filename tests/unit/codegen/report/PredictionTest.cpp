//===- PredictionTest.cpp - Bounds on speed -------------------------------===//
//
// A machine with round numbers, so that times can be worked out by hand.

#include "codegen/report/Prediction.h"

#include "tests/unit/codegen/report/DeepAndThinPlan.h"

#include <gtest/gtest.h>

using namespace weebill;

namespace {

class PredictionTest : public testing::Test {
protected:
  PredictionTest() {
    machine.cyclesPerSecond = 1e9;
    machine.vectorInstructionsPerCycle = 1;
    machine.threadBytesPerSecond = 1e9;
    machine.allBytesPerSecond = 1e12; // no limit, unless a test sets one
    machine.l2BytesPerSecond = 10e9;
    machine.barrierSeconds = 0;
  }

  Predictor predictor(const ModelPlan &plan, const WeightsLayout &layout) const {
    return Predictor(plan, target, layout, machine);
  }
  const PhasePlan &phase(const std::string &name, bool decode = true) const {
    for (const PhasePlan &candidate : (decode ? plan.decode : plan.prefill).body)
      if (candidate.name == name)
        return candidate;
    throw std::out_of_range(name);
  }

  const Target target = *findTarget("x86-64-avx512vnni");
  Machine machine;
  const ModelPlan plan = deepAndThinPlan();
  const WeightsLayout layout = layOutWeights(plan);
};

TEST_F(PredictionTest, PeaksComeFromLanes) {
  EXPECT_DOUBLE_EQ(integerPeak(target, machine), 16 * 4 * 2 * 1e9) << "a dot4 is one instruction";
  EXPECT_DOUBLE_EQ(floatPeak(target, machine), 16 * 2 * 1e9);
  const Target &avx2 = *findTarget("x86-64-v3");
  EXPECT_DOUBLE_EQ(integerPeak(avx2, machine), 8 * 4 * 2 * 1e9 / 4);
}

TEST_F(PredictionTest, OneTokenIsBoundByItsBytes) {
  const Cost cost = costOf(phase("down_residual"), plan, layout, {1, 0});
  const double quantize = (7 * 1536 + 7) / floatPeak(target, machine);
  EXPECT_DOUBLE_EQ(predictor(plan, layout).phaseSeconds(phase("down_residual"), true, {1, 0}, 1, false),
                   quantize + double(cost.bytes()) / 1e9);
  EXPECT_DOUBLE_EQ(predictor(plan, layout).phaseSeconds(phase("down_residual"), true, {1, 0}, 1, true),
                   quantize + double(cost.bytes()) / 10e9)
      << "weights in L2";
}

TEST_F(PredictionTest, AChunkIsBoundByItsArithmetic) {
  machine.threadBytesPerSecond = 1e12;
  const PhasePlan &down = phase("down_residual", false);
  const Cost cost = costOf(down, plan, layout, {64, 0});
  EXPECT_DOUBLE_EQ(predictor(plan, layout).phaseSeconds(down, false, {64, 0}, 1, false),
                   double(cost.integerOperations) / integerPeak(target, machine) +
                       double(cost.floatOperations) / floatPeak(target, machine));
}

TEST_F(PredictionTest, TheSlowestThreadSetsThePace) {
  const double one = predictor(plan, layout).phaseSeconds(phase("attend"), true, {1, 100}, 1, false);
  const double two = predictor(plan, layout).phaseSeconds(phase("attend"), true, {1, 100}, 2, false);
  const double four = predictor(plan, layout).phaseSeconds(phase("attend"), true, {1, 100}, 4, false);
  EXPECT_DOUBLE_EQ(two, one * 2 / 3) << "three heads: one thread has two of them";
  EXPECT_DOUBLE_EQ(four, one / 3);
  machine.barrierSeconds = 1;
  EXPECT_DOUBLE_EQ(predictor(plan, layout).phaseSeconds(phase("attend"), true, {1, 100}, 2, false), two + 1);
  EXPECT_DOUBLE_EQ(predictor(plan, layout).phaseSeconds(phase("attend"), true, {1, 100}, 1, false), one)
      << "one thread waits for nobody";
}

TEST_F(PredictionTest, AllThreadsTogetherReadNoFasterThanMemory) {
  machine.allBytesPerSecond = 1.25e9;
  const Cost cost = costOf(phase("attend"), plan, layout, {1, 100});
  EXPECT_DOUBLE_EQ(predictor(plan, layout).phaseSeconds(phase("attend"), true, {1, 100}, 4, false),
                   double(cost.bytes()) / 1.25e9);
  machine.allBytesPerSecond = 0.5e9; // nonsense that a user may give: a thread is a part of all
  EXPECT_DOUBLE_EQ(predictor(plan, layout).phaseSeconds(phase("attend"), true, {1, 100}, 1, false),
                   double(cost.bytes()) / 1e9);
}

TEST_F(PredictionTest, ASharedBlockStaysWhereItFits) {
  const ModelPlan shared = sharedPlan();
  const WeightsLayout sharedLayout = layOutWeights(shared);
  const Predictor of = predictor(shared, sharedLayout);
  ASSERT_GT(sharedLayout.blockStride, target.l2Bytes) << "a block of 3.6 MB, an L2 of 2 MiB";
  EXPECT_FALSE(of.blockFits(1));
  EXPECT_TRUE(of.blockFits(2));
  EXPECT_EQ(of.residentVisits(1), 0);
  EXPECT_EQ(of.residentVisits(2), 15);
  EXPECT_EQ(predictor(plan, layout).residentVisits(2), 0) << "nothing is visited twice";

  const double cold = of.phaseSeconds(phase("gate_up_swiglu"), true, {1, 0}, 2, false);
  const double warm = of.phaseSeconds(phase("gate_up_swiglu"), true, {1, 0}, 2, true);
  EXPECT_LT(warm, cold);
  EXPECT_DOUBLE_EQ(of.bodyPhaseSeconds(phase("gate_up_swiglu"), true, {1, 0}, 2), 15 * cold + 15 * warm);
}

TEST_F(PredictionTest, VisitsOfOtherBlocksInBetweenPushABlockOut) {
  ModelPlan allOver = sharedPlan();
  for (size_t visit = 0; visit < allOver.schedule.size(); ++visit)
    allOver.schedule[visit] = int64_t(visit % 15);
  EXPECT_EQ(predictor(allOver, layOutWeights(allOver)).residentVisits(2), 0);
}

TEST_F(PredictionTest, ATokenIsTheSumOfItsPhases) {
  const Predictor of = predictor(plan, layout);
  double seconds = 0;
  for (const auto *part : {&plan.decode.before, &plan.decode.after})
    for (const PhasePlan &one : *part)
      seconds += of.phaseSeconds(one, true, {1, 200}, 2, false);
  for (const PhasePlan &one : plan.decode.body)
    seconds += 30 * of.phaseSeconds(one, true, {1, 200}, 2, false);
  EXPECT_NEAR(of.tokenSeconds(200, 2), seconds, 1e-12 * seconds) << "a sum of the same 160 terms in another order";
}

TEST_F(PredictionTest, APromptGoesInChunksAndEndsInOneHead) {
  const Predictor of = predictor(plan, layout);
  const double head = of.phaseSeconds(plan.decode.after.front(), true, {1, 0}, 1, false);
  const double first = of.promptSeconds(64, 1) - head, both = of.promptSeconds(65, 1) - head;
  double second = of.phaseSeconds(plan.prefill.before.front(), false, {1, 64}, 1, false);
  for (const PhasePlan &one : plan.prefill.body)
    second += 30 * of.phaseSeconds(one, false, {1, 64}, 1, false);
  EXPECT_NEAR(both - first, second, 1e-9 * both) << "differences of sums of doubles";
}

} // namespace
