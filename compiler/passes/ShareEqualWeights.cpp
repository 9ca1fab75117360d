//===- ShareEqualWeights.cpp - One block for each set of weights ----------===//
//
//     lm.weight @q per_block from ["blk.0.q", "blk.1.q", "blk.2.q"]        lm.weight @q per_block from ["blk.0.q",
//     "blk.2.q"] lm.repeat [0, 1, 2]                                             ==>  lm.repeat [0, 0, 1]
//
// when every weight of block 1 is equal to that of block 0, and so are the numbers that it has for itself. Tested by
// tests/lit/passes/share-equal-weights.mlir.
//
//===----------------------------------------------------------------------===//

#include "compiler/passes/Passes.h"
#include "compiler/passes/TensorClasses.h"
#include "dialects/lm/BlockNumbers.h"

#include "mlir/IR/Remarks.h"
#include "llvm/ADT/MapVector.h"

namespace weebill::passes {
#define GEN_PASS_DEF_SHAREEQUALWEIGHTSPASS
#include "compiler/passes/Passes.h.inc"
} // namespace weebill::passes

using namespace mlir;
namespace weebill::passes {
using namespace weebill::lm;

namespace {

struct ShareEqualWeights : impl::ShareEqualWeightsPassBase<ShareEqualWeights> {
  using ShareEqualWeightsPassBase::ShareEqualWeightsPassBase;

  void runOnOperation() override {
    TensorClasses classes;
    if (failed(classes.add(getOperation(), "lm-share-equal-weights", equal)))
      return signalPassFailure();

    SmallVector<WeightOp> weights;
    for (auto weight : getOperation().getOps<WeightOp>())
      if (weight.getPerBlock())
        weights.push_back(weight);
    if (weights.empty())
      return;
    const size_t blocks = weights.front().getSources().size();
    for (WeightOp weight : weights)
      if (weight.getSources().size() != blocks)
        return; // what a block is, is not clear; lm-check-emittable says so

    // What a block has, tensors by the name of their class, and the blocks that have it. The first is kept.
    llvm::MapVector<Attribute, SmallVector<int64_t>> equalBlocks;
    for (size_t block = 0; block < blocks; ++block)
      equalBlocks[contentOf(block, weights, classes)].push_back(block);
    if (equalBlocks.size() < blocks)
      fold(weights, equalBlocks);
  }

private:
  Attribute contentOf(size_t block, ArrayRef<WeightOp> weights, const TensorClasses &classes) {
    SmallVector<Attribute> names;
    for (WeightOp weight : weights)
      names.push_back(classes.representative(cast<StringAttr>(weight.getSources()[block])));
    getOperation().walk([&](Operation *op) { addNumbersOfBlock(op, block, names); });
    return ArrayAttr::get(&getContext(), names);
  }

  void fold(ArrayRef<WeightOp> weights, const llvm::MapVector<Attribute, SmallVector<int64_t>> &equalBlocks) {
    DenseMap<int64_t, int64_t> newIndex;
    SmallVector<int64_t> kept;
    for (const auto &[tensors, same] : equalBlocks) {
      for (int64_t block : same)
        newIndex[block] = kept.size();
      kept.push_back(same.front());
    }
    for (WeightOp weight : weights) {
      SmallVector<Attribute> sources;
      for (int64_t block : kept)
        sources.push_back(weight.getSources()[block]);
      weight.setSourcesAttr(ArrayAttr::get(&getContext(), sources));
    }
    getOperation().walk([&](RepeatOp repeat) {
      SmallVector<int64_t> schedule;
      for (int64_t block : repeat.getSchedule())
        schedule.push_back(newIndex.lookup(block));
      repeat.setSchedule(schedule);
      repeat.walk([&](Operation *op) { keepBlocks(op, kept); });
      remark::passed(repeat.getLoc(), remark::RemarkOpts::name("SharedBlocks").category("sharing"))
          << (Twine(newIndex.size()) + " blocks are " + Twine(kept.size()) + " different ones").str();
    });
  }
};

} // namespace

} // namespace weebill::passes
