//===- FusionReport.h - What was fused, in sentences -------------*- C++ -*-===//
//
// For ModelPlan::fused and notFused. Tested by tests/lit/plan/reasons.test.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PLANNER_FUSIONREPORT_H
#define WEEBILL_COMPILER_PLANNER_FUSIONREPORT_H

#include "compiler/passes/ForwardPass.h"

namespace weebill::planner {

/// Reads the final IR, so that it holds for any choice of passes.
void reportFusion(passes::ForwardPass &forward, plan::ModelPlan &plan);

} // namespace weebill::planner

#endif // WEEBILL_COMPILER_PLANNER_FUSIONREPORT_H
