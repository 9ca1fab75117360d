//===- NumberForms.cpp - How a plan's numbers are kept, in words ----------===//

#include "codegen/plan/NumberForms.h"

#include "codegen/formats/Formats.h"
#include "codegen/plan/CountParameters.h"

#include <algorithm>
#include <utility>

namespace weebill::plan {

namespace {

/// Fields of the model's matrices by their format, in the table's order. The matrix that a rotation adds stays float in
/// every recipe and says nothing about it.
std::vector<std::pair<const formats::WeightFormat *, std::string>> fieldsByFormat(const ModelPlan &plan) {
  std::vector<std::pair<const formats::WeightFormat *, std::string>> list;
  for (const formats::WeightFormat *format : formats::kFormats) {
    std::string names;
    for (const WeightPlan &weight : plan.weights)
      if (weight.format == format && format->isMatrix() && weight.firstSources().front() != kHeadRotation)
        names += (names.empty() ? "" : ", ") + weight.name;
    if (!names.empty())
      list.emplace_back(format, names);
  }
  return list;
}

bool takesCodes(const ModelPlan &plan) {
  return std::any_of(plan.weights.begin(), plan.weights.end(),
                     [](const WeightPlan &weight) { return weight.format->takesCodes(); });
}

bool hasStep(const ModelPlan &plan, bool StepPlan::*constant) {
  for (const auto *phases : {&plan.decode.before, &plan.decode.body, &plan.decode.after})
    for (const PhasePlan &phase : *phases)
      for (const StepPlan &step : phase.steps)
        if (step.*constant)
          return true;
  return false;
}

} // namespace

std::string weightsForm(const ModelPlan &plan) {
  const auto list = fieldsByFormat(plan);
  if (list.size() == 1)
    return list.front().first->words;
  std::string text;
  for (const auto &[format, names] : list)
    text += (text.empty() ? "" : "; ") + names + " " + format->words;
  return text;
}

std::string activationsForm(const ModelPlan &plan) {
  if (!takesCodes(plan))
    return "float32";
  if (hasStep(plan, &StepPlan::groups))
    return "int8, one scale for each 32 of a token";
  return hasStep(plan, &StepPlan::symmetric) ? "int8, one scale a token" : "int8, one scale and one zero point a token";
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
