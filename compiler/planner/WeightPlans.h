//===- WeightPlans.h - Fields of the weights in reading order ----*- C++ -*-===//
//
// Tested by tests/lit/plan/fused.test and skip.test.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PLANNER_WEIGHTPLANS_H
#define WEEBILL_COMPILER_PLANNER_WEIGHTPLANS_H

#include "compiler/passes/ForwardPass.h"
#include "compiler/passes/StepModel.h"

#include <map>
#include <set>

namespace weebill::planner {

/// Collects the weights of steps in the order in which steps read them. Weights that one step reads together are one
/// field; steps that read the same share it.
class WeightPlans {
public:
  explicit WeightPlans(std::vector<plan::WeightPlan> &plans) : plans(plans) {}

  /// Indices into the plans: the field that the step reads, or, where blocks have it in several formats, one for each.
  /// The first reader's role names a field.
  std::vector<int> indicesFor(mlir::Operation *step, const passes::WeightField &field, const std::string &role);

private:
  std::string freeName(const std::string &wanted);

  std::vector<plan::WeightPlan> &plans;
  std::map<std::vector<std::string>, std::vector<int>> indicesOf; // by symbols, in order, and arrangement
  std::set<std::string> names;
};

} // namespace weebill::planner

#endif // WEEBILL_COMPILER_PLANNER_WEIGHTPLANS_H
