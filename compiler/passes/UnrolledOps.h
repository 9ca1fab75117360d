//===- UnrolledOps.h - A function's ops as they run --------------*- C++ -*-===//
//
// The ops of a function in one list, those of an lm.repeat once for each visit, with numbers in the place of values and
// with the tensors that a visit reads: what looks for repetition compares it and does not care how the module writes
// it. Tested by tests/lit/passes/roll-repeats.mlir.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PASSES_UNROLLEDOPS_H
#define WEEBILL_COMPILER_PASSES_UNROLLEDOPS_H

#include "dialects/lm/LmOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/SymbolTable.h"

#include <optional>
#include <vector>

namespace weebill::passes {

/// A symbol of an op that names a weight.
struct WeightUse {
  mlir::StringAttr attribute; // of the op: "gain"
  lm::WeightOp weight;
  int64_t block = 0; // of a per_block weight: the one that is being visited

  mlir::Attribute source() { return weight.getSources()[block]; }
};

struct UnrolledOp {
  mlir::Operation *op = nullptr;
  llvm::SmallVector<int> operands, results; // numbers of values
  llvm::SmallVector<WeightUse> weights;
  lm::RepeatOp repeat; // that it stands in, or none

  /// The op of the function's own block that it belongs to.
  mlir::Operation *top() { return repeat ? repeat.getOperation() : op; }
};

struct UnrolledOps {
  std::vector<UnrolledOp> ops;
  std::vector<mlir::Type> types;   // of each value
  std::vector<mlir::Value> values; // each value as the function's own block names it; none inside lm.repeat
  std::vector<int> returned;
};

/// The ops of `function`, which is one block; nothing if an lm.repeat in it does nothing, or names a weight that is not
/// there.
std::optional<UnrolledOps> unroll(mlir::func::FuncOp function, mlir::SymbolTable &symbols);

} // namespace weebill::passes

#endif // WEEBILL_COMPILER_PASSES_UNROLLEDOPS_H
