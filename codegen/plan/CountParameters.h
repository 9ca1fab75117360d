//===- CountParameters.h - How large a model is ------------------*- C++ -*-===//
//
// Tested by tests/emitted/test_build_command.py and tests/python/test_report.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_PLAN_COUNTPARAMETERS_H
#define WEEBILL_CODEGEN_PLAN_COUNTPARAMETERS_H

#include "codegen/plan/ModelPlan.h"

namespace weebill::plan {

/// The tensor that rotating a model adds to it: the compiler's, not the model's
/// (docs/decisions/0003-rotated-weights.md).
constexpr const char *kHeadRotation = "head_rotation.weight";

/// Parameters of the model as it was read, without padding: a tensor counts once however often it is visited, and
/// kHeadRotation does not count.
int64_t countParameters(const ModelPlan &plan);

} // namespace weebill::plan

#endif // WEEBILL_CODEGEN_PLAN_COUNTPARAMETERS_H
