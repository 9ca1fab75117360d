//===- FuseQKV.cpp - One matrix for queries, keys and values --------------===//
//
//     %q = lm.linear %x, @q
//     %k = lm.linear %x, @k                    ==>   %q, %k, %v = lm.qkv %x, @q, @k, @v
//     %v = lm.linear %x, @v
//     lm.attention rope(%q), rope(%k), %v            lm.attention rope(%q), rope(%k), %v
//
// with biases and norms of heads, if the model has any, in between as well as RoPE,
// so that `x` is read, and quantized, once, and a thread owns whole heads from the product to the cache. Tested by
// tests/lit/passes/fuse-qkv.mlir.
//
//===----------------------------------------------------------------------===//

#include "compiler/passes/FileStorages.h"
#include "compiler/passes/FusionRemark.h"
#include "compiler/passes/HeadSteps.h"
#include "compiler/passes/MatricesOf.h"
#include "compiler/passes/Passes.h"

namespace weebill::passes {
#define GEN_PASS_DEF_FUSEQKVPASS
#include "compiler/passes/Passes.h.inc"
} // namespace weebill::passes

using namespace mlir;
namespace weebill::passes {
using namespace weebill::lm;

namespace {

/// The linear behind an operand of attention.
LinearOp projectionOf(Value operand) { return projectedFor(operand).getDefiningOp<LinearOp>(); }

/// Whether attention alone reads what the linear makes.
bool feedsOnly(LinearOp linear, Value operand) {
  for (; operand != linear.getOutput(); operand = operand.getDefiningOp()->getOperand(0))
    if (!operand.hasOneUse())
      return false;
  return linear->hasOneUse();
}

/// The reason stays on the projections: lm.attention is replaced when the cache is placed.
void missed(AttentionOp attention, StringRef reason) {
  remarkNotFused(attention, "FusedQKV", "query, key and value projections stay apart", reason);
  for (Value operand : attention.getOperands())
    if (LinearOp linear = projectionOf(operand))
      setNotFused(linear, reason);
  LmDialect::NotFusedAttrHelper(attention.getContext()).removeAttr(attention);
}

struct FuseQKV : impl::FuseQKVPassBase<FuseQKV> {
  using FuseQKVPassBase::FuseQKVPassBase;

  void runOnOperation() override {
    const FileStorages file(tensors);
    getOperation().walk([&](AttentionOp attention) { fuse(attention, file); });
  }

  static void fuse(AttentionOp attention, const FileStorages &file) {
    SmallVector<LinearOp, 3> projections;
    for (Value operand : attention.getOperands()) {
      LinearOp linear = projectionOf(operand);
      if (!linear)
        return missed(attention, "not all three are linear");
      if (!feedsOnly(linear, operand))
        return missed(attention, "one has another user");
      if (!projections.empty() && linear.getInput() != projections.front().getInput())
        return missed(attention, "they read different inputs");
      projections.push_back(linear);
    }
    SmallVector<WeightOp> weights;
    for (LinearOp linear : projections)
      llvm::append_range(weights, matricesOf(linear));
    if (std::string difference = file.difference(weights); !difference.empty())
      return missed(attention, difference);
    replace(projections[0], projections[1], projections[2]);
  }

  static void replace(LinearOp query, LinearOp key, LinearOp value) {
    LinearOp earliest = query;
    for (LinearOp other : {key, value})
      if (other->isBeforeInBlock(earliest))
        earliest = other;

    OpBuilder builder(earliest);
    Location loc = builder.getFusedLoc({query.getLoc(), key.getLoc(), value.getLoc()});
    auto fused = QkvOp::create(builder, loc, TypeRange{query.getType(), key.getType(), value.getType()},
                               query.getInput(), query.getWeightAttr(), key.getWeightAttr(), value.getWeightAttr());
    remarkFused(loc, "FusedQKV", "query, key and value projections computed as one matrix");
    for (auto [linear, result] : llvm::zip(SmallVector<LinearOp>{query, key, value}, fused.getResults())) {
      linear.replaceAllUsesWith(result);
      linear.erase();
    }
  }
};

} // namespace

} // namespace weebill::passes
