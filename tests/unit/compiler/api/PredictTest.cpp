//===- PredictTest.cpp ----------------------------------------------------===//
//
// The report's bounds, for the workload that is asked for and for no other.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/Predict.h"

#include "tests/unit/compiler/api/SmallCompile.h"

#include <gtest/gtest.h>

using namespace weebill;
using namespace weebill::api;

namespace {

CompiledModel smallPlan() {
  Observer silent;
  return compile(tests::smallModel(tests::kTied), {.targets = {"generic"}}, silent);
}

TEST(PredictTest, AreTheReportsBounds) {
  const CompiledModel model = smallPlan();
  const targets::Target &target = *targets::findTarget("aarch64-dotprod");
  const report::Machine machine;
  const PredictedSpeed speed = predictSpeed(model, target, machine, {2, 100, 300});
  const report::Predictor predictor(model.plan(), target, model.layout(), machine);
  EXPECT_EQ(speed.tokenSeconds, predictor.tokenSeconds(100, 2));
  EXPECT_EQ(speed.promptSeconds, predictor.promptSeconds(300, 2));
  EXPECT_GT(speed.promptSeconds, speed.tokenSeconds);
}

TEST(PredictTest, WorkloadsThatCannotBe) {
  const CompiledModel model = smallPlan();
  const targets::Target &target = *targets::findTarget("generic");
  for (const Workload &bad : {Workload{0, 0, 1}, Workload{257, 0, 1}, Workload{1, -1, 1}, Workload{1, 2048, 1},
                              Workload{1, 0, 0}, Workload{1, 0, 2049}})
    EXPECT_THROW(predictSpeed(model, target, {}, bad), UsageError);
  EXPECT_NO_THROW(predictSpeed(model, target, {}, {256, 2047, 2048}));
}

} // namespace
