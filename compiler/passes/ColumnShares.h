//===- ColumnShares.h - Columns of a result as units -------------*- C++ -*-===//
//
// The ways in which steps deal their result's columns out to threads: blocks of 16, or heads with the owners that the
// product behind them has, so that bias, norm, RoPE and the cache need no barrier. Tested by
// tests/lit/passes/plan-phases.mlir.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PASSES_COLUMNSHARES_H
#define WEEBILL_COMPILER_PASSES_COLUMNSHARES_H

#include "codegen/plan/ModelPlan.h"
#include "dialects/lm/LmOps.h"

namespace weebill::passes {

/// Blocks of 16.
plan::Partition inRowBlocks(mlir::Operation *step);
/// Heads if the results go to attention and a head is whole blocks, otherwise blocks: a product.
plan::Partition towardsAttention(mlir::Operation *step);
/// Whole heads, with the owners that the product behind the step has.
plan::Partition inHeads(mlir::Operation *step, int64_t headSize);
/// Along with the heads towards attention, elsewhere with the product's blocks: a bias.
plan::Partition withHeadsIfAny(mlir::Operation *step);
/// The heads of lm.cache_append: those of lm.qkv, if keys and values come from one.
plan::Partition keysAndValues(lm::CacheAppendOp append);
/// A key-value head and its query heads.
plan::Partition headGroups(lm::CachedAttentionOp attention);

/// The lm.qkv that a value comes from, directly or through head steps.
lm::QkvOp projectionOf(mlir::Value value);

} // namespace weebill::passes

#endif // WEEBILL_COMPILER_PASSES_COLUMNSHARES_H
