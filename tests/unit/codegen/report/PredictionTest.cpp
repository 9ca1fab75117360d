//===- PredictionTest.cpp - Bounds on speed -------------------------------===//
//
// A machine with round numbers, so that times can be worked out by hand.

#include "codegen/report/Prediction.h"

#include "tests/unit/codegen/report/DeepAndThinPlan.h"

#include <gtest/gtest.h>

using namespace weebill::plan;
using namespace weebill::report;
using namespace weebill::targets;
using namespace weebill::tests;
using namespace weebill::weights;

namespace {

class PredictionTest : public testing::Test {
protected:
  PredictionTest() {
    machine.cyclesPerSecond = 1e9;
    machine.vectorInstructionsPerCycle = 1;
    machine.threadBytesPerSecond = 1e9;
    machine.allBytesPerSecond = 1e12; // no limit, unless a test sets one
    machine.l2BytesPerSecond = 10e9;
    machine.l3BytesPerSecond = 4e9;
    machine.barrierSeconds = 0;
    machine.caches = cachesOf(target);
    machine.caches->l3 = {0, 1}; // nothing is kept from token to token, unless a test says so
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
  EXPECT_DOUBLE_EQ(integerPeak(target, machine, 64), 16 * 4 * 2 * 1e9) << "a dot4 is one instruction";
  EXPECT_DOUBLE_EQ(floatPeak(target, machine), 16 * 2 * 1e9);
  const Target &avx2 = *findTarget("x86-64-v3");
  EXPECT_DOUBLE_EQ(integerPeak(avx2, machine, 64), 8 * 4 * 2 * 1e9 / 4);
  const Target &amx = *findTarget("x86-64-amx");
  EXPECT_DOUBLE_EQ(integerPeak(amx, machine, 15), integerPeak(target, machine, 15)) << "no tile of tokens";
  EXPECT_DOUBLE_EQ(integerPeak(amx, machine, 16), 2 * 1024 * 1e9);
}

TEST_F(PredictionTest, OneTokenIsBoundByItsBytes) {
  const Cost cost = costOf(phase("down_residual"), plan, layout, {1, 0});
  const double quantize = (7 * 1536 + 7) / floatPeak(target, machine);
  EXPECT_DOUBLE_EQ(predictor(plan, layout).phaseSeconds(phase("down_residual"), true, {1, 0}, 1, kFromMemory),
                   quantize + double(cost.bytes()) / 1e9);
  EXPECT_DOUBLE_EQ(predictor(plan, layout).phaseSeconds(phase("down_residual"), true, {1, 0}, 1, kFromL2),
                   quantize + double(cost.bytes()) / 10e9)
      << "weights in L2";
}

TEST_F(PredictionTest, NoCacheIsSlowerThanMemory) {
  machine.l2BytesPerSecond = machine.l3BytesPerSecond = machine.threadBytesPerSecond / 2;
  const Predictor slow = predictor(plan, layout);
  const PhasePlan &down = phase("down_residual");
  const double memory = slow.phaseSeconds(down, true, {1, 0}, 1, kFromMemory);
  EXPECT_DOUBLE_EQ(slow.phaseSeconds(down, true, {1, 0}, 1, kFromL2), memory);
  EXPECT_DOUBLE_EQ(slow.phaseSeconds(down, true, {1, 0}, 1, {0, 0, 1, 0}), memory);
}

TEST_F(PredictionTest, AChunkIsBoundByItsArithmetic) {
  machine.threadBytesPerSecond = 1e12;
  const PhasePlan &down = phase("down_residual", false);
  const Cost cost = costOf(down, plan, layout, {64, 0});
  EXPECT_DOUBLE_EQ(predictor(plan, layout).phaseSeconds(down, false, {64, 0}, 1, kFromMemory),
                   double(cost.integerOperations) / integerPeak(target, machine, 64) +
                       double(cost.floatOperations) / floatPeak(target, machine));
}

TEST_F(PredictionTest, TheSlowestThreadSetsThePace) {
  const double one = predictor(plan, layout).phaseSeconds(phase("attend"), true, {1, 100}, 1, kFromMemory);
  const double two = predictor(plan, layout).phaseSeconds(phase("attend"), true, {1, 100}, 2, kFromMemory);
  const double four = predictor(plan, layout).phaseSeconds(phase("attend"), true, {1, 100}, 4, kFromMemory);
  EXPECT_DOUBLE_EQ(two, one * 2 / 3) << "three heads: one thread has two of them";
  EXPECT_DOUBLE_EQ(four, one / 3);
  machine.barrierSeconds = 1;
  EXPECT_DOUBLE_EQ(predictor(plan, layout).phaseSeconds(phase("attend"), true, {1, 100}, 2, kFromMemory), two + 1);
  EXPECT_DOUBLE_EQ(predictor(plan, layout).phaseSeconds(phase("attend"), true, {1, 100}, 1, kFromMemory), one)
      << "one thread waits for nobody";
}

TEST_F(PredictionTest, AllThreadsTogetherReadNoFasterThanMemory) {
  machine.allBytesPerSecond = 1.25e9;
  const Cost cost = costOf(phase("attend"), plan, layout, {1, 100});
  EXPECT_DOUBLE_EQ(predictor(plan, layout).phaseSeconds(phase("attend"), true, {1, 100}, 4, kFromMemory),
                   double(cost.bytes()) / 1.25e9);
  machine.allBytesPerSecond = 0.5e9; // nonsense that a user may give: a thread is a part of all
  EXPECT_DOUBLE_EQ(predictor(plan, layout).phaseSeconds(phase("attend"), true, {1, 100}, 1, kFromMemory),
                   double(cost.bytes()) / 1e9);
}

TEST_F(PredictionTest, ASharedBlockStaysWhereItFits) {
  const ModelPlan shared = sharedPlan();
  const WeightsLayout sharedLayout = layOutWeights(shared);
  const Predictor of = predictor(shared, sharedLayout);
  const PhasePlan &gateUp = phase("gate_up_swiglu");
  const double cold = of.phaseSeconds(gateUp, true, {1, 0}, 2, kFromMemory);
  const double warm = of.phaseSeconds(gateUp, true, {1, 0}, 2, kFromL2);
  EXPECT_LT(warm, cold);
  EXPECT_DOUBLE_EQ(of.bodyPhaseSeconds(gateUp, true, {1, 0}, 2), 15 * cold + 15 * warm) << "half a block fits an L2";
  EXPECT_DOUBLE_EQ(predictor(plan, layout).bodyPhaseSeconds(gateUp, true, {1, 0}, 2), 30 * cold)
      << "nothing is visited twice";

  machine.caches = Caches{{32 << 10, 1}, {256 << 10, 1}, {0, 1}, false};
  EXPECT_DOUBLE_EQ(predictor(shared, sharedLayout).bodyPhaseSeconds(gateUp, true, {1, 0}, 2), 30 * cold)
      << "nothing of 1.7 MiB is left in 256 KiB";
}

TEST_F(PredictionTest, WeightsComeFromSeveralPlaces) {
  const PhasePlan &down = phase("down_residual");
  const Predictor of = predictor(plan, layout);
  const double l3 = predictor(plan, layout).phaseSeconds(down, true, {1, 0}, 1, {0, 0, 1, 0});
  const double memory = of.phaseSeconds(down, true, {1, 0}, 1, kFromMemory);
  const double l2 = of.phaseSeconds(down, true, {1, 0}, 1, kFromL2);
  EXPECT_NEAR(predictor(plan, layout).phaseSeconds(down, true, {1, 0}, 1, {0.125, 0.125, 0.25, 0.5}),
              0.25 * l2 + 0.25 * l3 + 0.5 * memory, 1e-15 * memory)
      << "the quantization before it takes as long everywhere";
}

TEST_F(PredictionTest, VisitsOfOtherBlocksInBetweenPushABlockOut) {
  ModelPlan allOver = sharedPlan();
  for (size_t visit = 0; visit < allOver.schedule.size(); ++visit)
    allOver.schedule[visit] = int64_t(visit % 15);
  machine.caches = Caches{{48 << 10, 1}, {2 << 20, 1}, {0, 1}, false};
  const WeightsLayout allOverLayout = layOutWeights(allOver);
  const Predictor of = predictor(allOver, allOverLayout);
  const PhasePlan &gateUp = phase("gate_up_swiglu");
  EXPECT_DOUBLE_EQ(of.bodyPhaseSeconds(gateUp, true, {1, 0}, 2),
                   30 * of.phaseSeconds(gateUp, true, {1, 0}, 2, kFromMemory));
}

TEST_F(PredictionTest, ATokenIsTheSumOfItsPhases) {
  const Predictor of = predictor(plan, layout);
  double seconds = 0;
  for (const auto *part : {&plan.decode.before, &plan.decode.after})
    for (const PhasePlan &one : *part)
      seconds += of.phaseSeconds(one, true, {1, 200}, 2, kFromMemory);
  for (const PhasePlan &one : plan.decode.body)
    seconds += 30 * of.phaseSeconds(one, true, {1, 200}, 2, kFromMemory);
  EXPECT_NEAR(of.tokenSeconds(200, 2), seconds, 1e-12 * seconds) << "a sum of the same 160 terms in another order";
}

TEST_F(PredictionTest, TheLastCacheKeepsWhatFitsFromTokenToToken) {
  const Predictor without = predictor(plan, layout);
  int64_t bytes = 0;
  for (const auto *phases : {&plan.decode.before, &plan.decode.body, &plan.decode.after})
    for (const PhasePlan &one : *phases) {
      const Cost cost = costOf(one, plan, layout, {1, 200});
      bytes +=
          (cost.weightBytes + cost.cacheBytesRead + cost.cacheBytesWritten) * (phases == &plan.decode.body ? 30 : 1);
    }
  machine.caches->l3 = {bytes / 4, 2};
  const Sources quarter = predictor(plan, layout).sourcesFromTokenBefore(200, 2);
  EXPECT_NEAR(quarter.l3, 0.25, 1e-6);
  EXPECT_EQ(quarter.l3 + quarter.memory, 1);
  EXPECT_NEAR(predictor(plan, layout).sourcesFromTokenBefore(200, 4).l3, 0.5, 1e-6) << "four threads use two of them";
  EXPECT_LT(predictor(plan, layout).tokenSeconds(200, 2), without.tokenSeconds(200, 2));
  EXPECT_EQ(predictor(plan, layout).promptSeconds(64, 2), without.promptSeconds(64, 2));
  machine.caches->l3 = {2 * bytes, 2};
  machine.l3BytesPerSecond = machine.threadBytesPerSecond;
  EXPECT_DOUBLE_EQ(predictor(plan, layout).tokenSeconds(200, 1), without.tokenSeconds(200, 1))
      << "kept, and as slow as memory";
}

TEST_F(PredictionTest, APromptGoesInChunksAndEndsInOneHead) {
  const Predictor of = predictor(plan, layout);
  const double head = of.phaseSeconds(plan.decode.after.front(), true, {1, 0}, 1, kFromMemory);
  const double first = of.promptSeconds(64, 1) - head, both = of.promptSeconds(65, 1) - head;
  double second = of.phaseSeconds(plan.prefill.before.front(), false, {1, 64}, 1, kFromMemory);
  for (const PhasePlan &one : plan.prefill.body)
    second += 30 * of.phaseSeconds(one, false, {1, 64}, 1, kFromMemory);
  EXPECT_NEAR(both - first, second, 1e-9 * both) << "differences of sums of doubles";
}

} // namespace
