//===- BlockKinds.h - Where blocks are of two kinds --------------*- C++ -*-===//
//
// Steps of one kind of block are run in visits of those alone. Tested by tests/unit/codegen/plan/BlockKindsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_PLAN_BLOCKKINDS_H
#define WEEBILL_CODEGEN_PLAN_BLOCKKINDS_H

#include "codegen/plan/ModelPlan.h"

namespace weebill::plan {

/// How many visits of a token run a step; of the whole schedule if all do.
int64_t visitsThatRun(const StepPlan &step, const ModelPlan &plan);

/// How many visits of a token convolve in the place of attending.
int64_t convolvingVisits(const ModelPlan &plan);

/// How many blocks have a step.
int64_t blocksThatHave(const StepPlan &step, const ModelPlan &plan);

/// Which kind of block runs a phase; -1: all do.
int64_t armOf(const PhasePlan &phase);

/// Phases that a visit takes, of `phases` of the body: "3", or "3 or 4" where it depends on the block.
std::string phasesOfVisit(const std::vector<PhasePlan> &phases);

} // namespace weebill::plan

#endif // WEEBILL_CODEGEN_PLAN_BLOCKKINDS_H
