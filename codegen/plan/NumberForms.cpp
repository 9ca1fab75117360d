//===- NumberForms.cpp - How a plan's numbers are kept, in words ----------===//

#include "codegen/plan/NumberForms.h"

#include <algorithm>

namespace weebill::plan {

namespace {

bool hasWeights(const ModelPlan &plan, WeightKind kind) {
  return std::any_of(plan.weights.begin(), plan.weights.end(), [&](const WeightPlan &w) { return w.kind == kind; });
}

bool hasSymmetricCodes(const ModelPlan &plan) {
  for (const auto *phases : {&plan.decode.before, &plan.decode.body, &plan.decode.after})
    for (const PhasePlan &phase : *phases)
      for (const StepPlan &step : phase.steps)
        if (step.symmetric)
          return true;
  return false;
}

} // namespace

std::string weightsForm(const ModelPlan &plan) {
  if (hasWeights(plan, WeightKind::MatrixInt8))
    return "int8, one scale a row";
  return hasWeights(plan, WeightKind::MatrixF16) ? "float16" : "float32";
}

std::string activationsForm(const ModelPlan &plan) {
  if (!hasWeights(plan, WeightKind::MatrixInt8))
    return "float32";
  return hasSymmetricCodes(plan) ? "int8, one scale a token" : "int8, one scale and one zero point a token";
}

std::string cacheForm(const ModelPlan &plan) {
  switch (plan.cache.element) {
  case Element::F16:
    return "float16";
  case Element::I8:
    return "int8, one scale a head and token";
  default:
    return "float32";
  }
}

} // namespace weebill::plan
