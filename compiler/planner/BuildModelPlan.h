//===- BuildModelPlan.h - From lm IR to plain structs ------------*- C++ -*-===//
//
// The border between MLIR and codegen. Tested by tests/lit/plan/fused.test and
// tests/unit/compiler/planner/PlanRacesTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PLANNER_BUILDMODELPLAN_H
#define WEEBILL_COMPILER_PLANNER_BUILDMODELPLAN_H

#include "codegen/plan/ModelPlan.h"

#include "mlir/IR/BuiltinOps.h"

namespace weebill::planner {

/// The plan of a module that lm-check-emittable has passed. Throws InputError for any other.
plan::ModelPlan buildModelPlan(mlir::ModuleOp module);

} // namespace weebill::planner

#endif // WEEBILL_COMPILER_PLANNER_BUILDMODELPLAN_H
