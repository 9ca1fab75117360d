//===- ForwardPass.h - A module as three lists of steps ----------*- C++ -*-===//
//
// What planning works on: the function's ops before `lm.repeat`, those of one visit of a block, and those after it.
// Tested by tests/lit/passes/check-emittable.mlir.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PASSES_FORWARDPASS_H
#define WEEBILL_COMPILER_PASSES_FORWARDPASS_H

#include "codegen/plan/ModelPlan.h"
#include "dialects/lm/LmOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace weebill::passes {

/// Where a step stands.
enum class Section { Before, Body, After };

struct ForwardPass {
  mlir::func::FuncOp function;
  lm::RepeatOp repeat;
  /// In order, without terminators; of an lm.either in the body the steps of its regions, one behind the other.
  llvm::SmallVector<mlir::Operation *> before, body, after;

  mlir::Value argument() { return repeat.getBody().front().getArgument(0); }
  mlir::Value yielded() { return repeat.getBody().front().getTerminator()->getOperand(0); }
  /// What the function returns: the logits.
  mlir::Value returned() { return function.getBody().front().getTerminator()->getOperand(0); }

  llvm::ArrayRef<mlir::Operation *> steps(Section section) const {
    return section == Section::Before ? before : section == Section::Body ? body : after;
  }
};

/// The region of an lm.either that a step is in: visits of some blocks only run it. -1: all do.
int64_t armOf(mlir::Operation *step);

/// What keeps a module from being a forward pass, and where.
struct Problem {
  mlir::Operation *op = nullptr;
  std::string reason; // behind "'lm.x' op "
};

/// The module's forward pass; or nothing, and `problem` says why.
std::optional<ForwardPass> findForwardPass(mlir::ModuleOp module, Problem *problem = nullptr);

/// Whether the first operand is multiplied by a matrix: every column of it is read for every column of the result.
bool readsMatrix(mlir::Operation *op);

} // namespace weebill::passes

#endif // WEEBILL_COMPILER_PASSES_FORWARDPASS_H
