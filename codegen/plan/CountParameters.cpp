//===- CountParameters.cpp - How large a model is -------------------------===//

#include "codegen/plan/CountParameters.h"

#include <set>

namespace weebill::plan {

int64_t countParameters(const ModelPlan &plan) {
  std::set<std::string> counted;
  int64_t total = 0;
  for (const WeightPlan &weight : plan.weights)
    for (const std::vector<std::string> &parts : weight.sources)
      for (size_t part = 0; part < parts.size(); ++part)
        if (parts[part] != "head_rotation.weight" && counted.insert(parts[part]).second)
          total += weight.partRows[part] * weight.columns;
  return total;
}

} // namespace weebill::plan
