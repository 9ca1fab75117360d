//===- ModelOf.h - Where an op's model is looked for ---------------*- C++ -*-===//
//
// Some files of this folder specialize ModelOf; StepModels.cpp alone includes them and asks it for every op of the
// dialect. Tested by tests/lit/passes/plan-phases.mlir and assign-buffers.mlir.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PASSES_MODELOF_H
#define WEEBILL_COMPILER_PASSES_MODELOF_H

#include "compiler/passes/ColumnShares.h"
#include "compiler/passes/StepModel.h"
#include "compiler/passes/StepRoles.h"
#include "dialects/lm/LmOps.h"

namespace weebill::passes {

/// The answers of an op. Deliberately without a definition: an op that nobody specializes it for does not compile.
template <typename Op> struct ModelOf;

/// What marks an op that is no step.
struct NoStep {};

} // namespace weebill::passes

#endif // WEEBILL_COMPILER_PASSES_MODELOF_H
