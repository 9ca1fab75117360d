//===- CountParameters.h - How large a model is ------------------*- C++ -*-===//
//
// Tested by tests/emitted/test_build_command.py and tests/python/test_report.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_PLAN_COUNTPARAMETERS_H
#define WEEBILL_CODEGEN_PLAN_COUNTPARAMETERS_H

#include "codegen/plan/ModelPlan.h"

namespace weebill::plan {

/// Parameters of the model as it was read, without padding: a tensor counts once however often it is visited, and what
/// rotating the model adds is the compiler's (docs/decisions/0003-rotated-weights.md).
int64_t countParameters(const ModelPlan &plan);

} // namespace weebill::plan

#endif // WEEBILL_CODEGEN_PLAN_COUNTPARAMETERS_H
