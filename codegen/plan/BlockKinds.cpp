//===- BlockKinds.cpp - Where blocks are of two kinds ---------------------===//

#include "codegen/plan/BlockKinds.h"

#include <algorithm>
#include <map>
#include <set>

namespace weebill::plan {

int64_t visitsThatRun(const StepPlan &step, const ModelPlan &plan) {
  int64_t count = 0;
  for (size_t visit = 0; visit < plan.schedule.size(); ++visit)
    count += plan.runs(visit, step);
  return count;
}

int64_t convolvingVisits(const ModelPlan &plan) {
  for (const PhasePlan &phase : plan.decode.body)
    for (const StepPlan &step : phase.steps)
      if (step.kind == StepKind::GatedConvolution)
        return visitsThatRun(step, plan);
  return 0;
}

int64_t blocksThatHave(const StepPlan &step, const ModelPlan &plan) {
  return step.arm < 0 ? plan.sizes.blocks : std::count(plan.blockArms.begin(), plan.blockArms.end(), step.arm);
}

int64_t armOf(const PhasePlan &phase) { return phase.steps.empty() ? -1 : phase.steps.front().arm; }

std::string phasesOfVisit(const std::vector<PhasePlan> &phases) {
  std::map<int64_t, int64_t> ofArm;
  for (const PhasePlan &phase : phases)
    ++ofArm[armOf(phase)];
  const int64_t common = ofArm[-1];
  std::set<int64_t> counts;
  for (const auto &[arm, count] : ofArm)
    if (arm >= 0 || ofArm.size() == 1)
      counts.insert(arm < 0 ? count : common + count);
  std::string text;
  for (int64_t count : counts)
    text += (text.empty() ? "" : " or ") + std::to_string(count);
  return text;
}

} // namespace weebill::plan
