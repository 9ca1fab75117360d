//===- PlanAttributes.h - Planning's results on ops --------------*- C++ -*-===//
//
// Between the plan's structs and the attributes of the dialect (dialects/lm/LmPlanAttrs.td) that lm-plan-phases and
// lm-assign-buffers set, and lm-check-emittable and compiler/planner read. Their verifiers say what may be in them.
// Tested by tests/lit/passes/plan-phases.mlir and assign-buffers.mlir.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PASSES_PLANATTRIBUTES_H
#define WEEBILL_COMPILER_PASSES_PLANATTRIBUTES_H

#include "codegen/plan/ModelPlan.h"
#include "dialects/lm/LmOps.h"

#include "mlir/IR/BuiltinOps.h"

namespace weebill::passes {

/// The forward pass of one token, and that of a chunk.
enum class Route { Decode, Prefill };

/// A step's place in a route.
struct Place {
  int64_t phase = 0;     // of its section, from 0
  std::string phaseName; // equal in all steps of the phase
  plan::Partition partition;
};

void setStep(mlir::Operation *step, llvm::StringRef role, const Place &decode, const Place &prefill);
/// Nothing if lm-plan-phases has not run, or did not know the op.
std::optional<Place> getPlace(mlir::Operation *step, Route route);
/// Where in the model a planned step stands; empty where getPlace() has nothing.
std::string getRole(mlir::Operation *step);

/// The inputs and the output of a step; an output without columns is none (lm.cache_append).
struct StepViews {
  std::vector<plan::View> in;
  plan::View out;
};
void setViews(mlir::Operation *step, const StepViews &views, const std::vector<plan::BufferPlan> &buffers);
/// Nothing if lm-assign-buffers has not run.
std::optional<StepViews> getViews(mlir::Operation *step, const std::vector<plan::BufferPlan> &buffers);

/// The memory of all activations.
struct Arena {
  std::vector<plan::BufferPlan> buffers;
  int64_t chunk = 0, bytes = 0;
};
void setArena(mlir::ModuleOp module, const Arena &arena);
/// Nothing if lm-assign-buffers has not run.
std::optional<Arena> getArena(mlir::ModuleOp module);

} // namespace weebill::passes

#endif // WEEBILL_COMPILER_PASSES_PLANATTRIBUTES_H
