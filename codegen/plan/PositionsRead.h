//===- PositionsRead.h - How much of the cache attention reads ---*- C++ -*-===//
//
// Tested by tests/unit/codegen/report/PhaseCostsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_PLAN_POSITIONSREAD_H
#define WEEBILL_CODEGEN_PLAN_POSITIONSREAD_H

#include "codegen/plan/ModelPlan.h"

namespace weebill::plan {

/// Positions, in blocks of 64, that one visit's attention reads for `tokens` tokens from `position` on: up to the last
/// token's own, from the first token's window on. Where blocks differ in their windows: the mean of all visits that
/// attend.
int64_t positionsRead(const StepPlan &attention, const ModelPlan &plan, int64_t position, int64_t tokens);

} // namespace weebill::plan

#endif // WEEBILL_CODEGEN_PLAN_POSITIONSREAD_H
