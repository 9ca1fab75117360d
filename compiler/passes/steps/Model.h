//===- Model.h - Where an op's model is looked for ---------------*- C++ -*-===//
//
// The files of this folder specialize Model; StepModels.cpp alone includes them and asks it for every op of the
// dialect. Tested by tests/lit/passes/plan-phases.mlir and assign-buffers.mlir.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PASSES_STEPS_MODEL_H
#define WEEBILL_COMPILER_PASSES_STEPS_MODEL_H

#include "compiler/passes/ColumnShares.h"
#include "compiler/passes/StepModel.h"
#include "compiler/passes/StepRoles.h"
#include "dialects/lm/LmOps.h"

namespace weebill::passes::steps {

/// The answers of an op. Deliberately without a definition: an op that nobody specializes it for does not compile.
template <typename Op> struct Model;

/// What marks an op that is no step.
struct NoStep {};

} // namespace weebill::passes::steps

#endif // WEEBILL_COMPILER_PASSES_STEPS_MODEL_H
