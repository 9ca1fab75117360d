//===- MatricesOf.h - Which matrices an op reads -----------------*- C++ -*-===//
//
// Tested by tests/lit/plan/recipe.mlir and tests/lit/passes/check-emittable.mlir.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PASSES_MATRICESOF_H
#define WEEBILL_COMPILER_PASSES_MATRICESOF_H

#include "dialects/lm/LmOps.h"

#include <string>

namespace weebill::passes {

/// The weights of rank 2 that an op names, in the order of its attributes (by their names).
llvm::SmallVector<lm::WeightOp> matricesOf(mlir::Operation *op);

/// A kernel reads matrices of one storage: whether they are stored alike, in every block.
bool haveOneStorage(llvm::ArrayRef<lm::WeightOp> matrices);

/// "@query as int8 and @key as f16".
std::string inStorages(llvm::ArrayRef<lm::WeightOp> matrices);

} // namespace weebill::passes

#endif // WEEBILL_COMPILER_PASSES_MATRICESOF_H
