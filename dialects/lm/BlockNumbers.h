//===- BlockNumbers.h - Numbers that each block has for itself ---*- C++ -*-===//
//
// Blocks of an lm.repeat may differ in numbers as they differ in weights. Tested by
// tests/lit/dialect/invalid-attention.mlir.
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

} // namespace weebill::lm

#endif // WEEBILL_DIALECTS_LM_BLOCKNUMBERS_H
