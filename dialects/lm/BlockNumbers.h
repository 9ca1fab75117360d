//===- BlockNumbers.h - Numbers that each block has for itself ---*- C++ -*-===//
//
// Blocks of an lm.repeat may differ in numbers as they differ in weights: attributes of ops in it, arrays whose names
// begin with "block_". Tested by tests/lit/dialect/invalid-attention.mlir and
// tests/lit/passes/share-equal-weights.mlir.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_DIALECTS_LM_BLOCKNUMBERS_H
#define WEEBILL_DIALECTS_LM_BLOCKNUMBERS_H

#include "dialects/lm/LmOps.h"

namespace weebill::lm {

/// That `op` is inside an lm.repeat which visits `count` blocks. `what` is the name of one number: "theta".
mlir::LogicalResult verifyBlockCount(mlir::Operation *op, size_t count, llvm::StringRef what);

/// (C6) of lm.rope, (C4) of lm.head_norm.
mlir::LogicalResult verifyBlockScales(mlir::Operation *op, std::optional<llvm::ArrayRef<float>> scales);

/// (C5) of lm.attention and lm.cached_attention.
mlir::LogicalResult verifyBlockWindows(mlir::Operation *op, std::optional<llvm::ArrayRef<int64_t>> windows);

/// Adds what a block has of the op's numbers, as attributes that are equal for equal numbers.
void addNumbersOfBlock(mlir::Operation *op, int64_t block, llvm::SmallVectorImpl<mlir::Attribute> &numbers);

/// Leaves the numbers of these blocks, in this order.
void keepBlocks(mlir::Operation *op, llvm::ArrayRef<int64_t> blocks);

} // namespace weebill::lm

#endif // WEEBILL_DIALECTS_LM_BLOCKNUMBERS_H
