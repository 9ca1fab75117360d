//===- BuildModelPlan.h - From lm IR to plain structs ------------*- C++ -*-===//
//
// The border between MLIR and codegen. Tested by tests/lit/plan and tests/unit/compiler/plan/PlanRacesTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PLAN_BUILDMODELPLAN_H
#define WEEBILL_COMPILER_PLAN_BUILDMODELPLAN_H

#include "codegen/plan/ModelPlan.h"

#include "mlir/IR/BuiltinOps.h"

namespace weebill {

/// The plan of a module that lm-check-emittable has passed. Throws InputError for any other.
ModelPlan buildModelPlan(mlir::ModuleOp module);

} // namespace weebill

#endif // WEEBILL_COMPILER_PLAN_BUILDMODELPLAN_H
