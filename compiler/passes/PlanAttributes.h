//===- PlanAttributes.h - Planning's results on ops --------------*- C++ -*-===//
//
// The attributes that lm-plan-phases and lm-assign-buffers set, and lm-check-emittable and compiler/planner read.
// Tested by tests/lit/passes/plan-phases.mlir and assign-buffers.mlir.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PASSES_PLANATTRIBUTES_H
#define WEEBILL_COMPILER_PASSES_PLANATTRIBUTES_H

#include "codegen/plan/ModelPlan.h"

#include "mlir/IR/Builders.h"
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

inline constexpr llvm::StringLiteral kRoleAttribute = "lm.role";
inline constexpr llvm::StringLiteral kContextAttribute = "lm.context";
inline constexpr llvm::StringLiteral kChunkAttribute = "lm.chunk";
inline constexpr llvm::StringLiteral kArenaAttribute = "lm.arena_bytes";

void setPlace(mlir::Operation *step, Route route, const Place &place);
/// Nothing if lm-plan-phases has not run, or did not know the op.
std::optional<Place> getPlace(mlir::Operation *step, Route route);

/// The inputs and the output of a step; an output without columns is none (lm.cache_append).
struct StepViews {
  std::vector<plan::View> in;
  plan::View out;
};
void setViews(mlir::Operation *step, const StepViews &views, const std::vector<plan::BufferPlan> &buffers);
std::optional<StepViews> getViews(mlir::Operation *step, const std::vector<plan::BufferPlan> &buffers);

void setBuffers(mlir::ModuleOp module, const std::vector<plan::BufferPlan> &buffers);
/// Nothing if lm-assign-buffers has not run.
std::optional<std::vector<plan::BufferPlan>> getBuffers(mlir::ModuleOp module);

} // namespace weebill::passes

#endif // WEEBILL_COMPILER_PASSES_PLANATTRIBUTES_H
