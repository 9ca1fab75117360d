//===- BlockWeights.h - Weights of blocks that become one region -*- C++ -*-===//
//
// Copies of a block read weights of their own; in a loop over blocks they are `per_block` weights. Tested by
// tests/lit/passes/roll-repeats.mlir.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PASSES_BLOCKWEIGHTS_H
#define WEEBILL_COMPILER_PASSES_BLOCKWEIGHTS_H

#include "compiler/passes/UnrolledOps.h"

#include "mlir/IR/BuiltinOps.h"

namespace weebill::passes {

struct BlockWeights {
  std::vector<int64_t> schedule;                                // the block of each copy
  int64_t blocks = 0;                                           // different ones in the schedule
  std::vector<llvm::SmallVector<lm::WeightOp>> symbols;         // of each op of a copy, one for each weight it reads
  llvm::SmallVector<std::pair<lm::WeightOp, std::string>> made; // and what they should be called
  llvm::SmallVector<lm::WeightOp> replaced;

  /// Erases replaced weights that nothing uses any more, and gives the new ones their names.
  void dropUnused(mlir::SymbolTable &symbols, mlir::ModuleOp module);
};

/// `orders` holds the ops of each copy. Copies that read the same tensors are one block. If all of them read the same
/// `per_block` weights, these stay, and so do the numbers of blocks.
BlockWeights makeBlockWeights(UnrolledOps &unrolled, const std::vector<std::vector<int>> &orders,
                              mlir::SymbolTable &symbols);

} // namespace weebill::passes

#endif // WEEBILL_COMPILER_PASSES_BLOCKWEIGHTS_H
