//===- HeadSteps.h - From a projection to attention --------------*- C++ -*-===//
//
// Between the product that makes queries, keys or values and attention stand steps that change a head and need no
// other: bias, norm, RoPE. Passes that look for the product behind an operand of attention, or for what becomes of a
// product, see through them. Tested by tests/lit/passes/fuse-qkv.mlir and tests/lit/passes/plan-phases.mlir.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PASSES_HEADSTEPS_H
#define WEEBILL_COMPILER_PASSES_HEADSTEPS_H

#include "compiler/passes/StepModel.h"

#include "mlir/IR/Value.h"

namespace weebill::passes {

inline bool isHeadStep(mlir::Operation *op) {
  const StepModel *model = stepModelOf(op);
  return model && model->changesHeads();
}

/// The value that the head steps behind `value` begin with; `value` itself if none made it.
inline mlir::Value projectedFor(mlir::Value value) {
  while (value.getDefiningOp() && isHeadStep(value.getDefiningOp()))
    value = value.getDefiningOp()->getOperand(0);
  return value;
}

} // namespace weebill::passes

#endif // WEEBILL_COMPILER_PASSES_HEADSTEPS_H
