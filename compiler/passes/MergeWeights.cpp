//===- MergeWeights.cpp - One weight for each tensor ---------------------===//
//
//     lm.weight @embedding : T from ["token_embd.weight"]
//     lm.weight @head : T from ["token_embd.weight"]        ==>   uses of @head become uses of @embedding
//
// so that the matrix is stored, and read from memory, once. Tested by tests/lit/passes/merge-weights.mlir.
//
//===----------------------------------------------------------------------===//

#include "compiler/passes/Passes.h"
#include "compiler/passes/TensorClasses.h"

#include "mlir/IR/Remarks.h"
#include "llvm/ADT/MapVector.h"

namespace weebill::passes {
#define GEN_PASS_DEF_MERGEWEIGHTSPASS
#include "compiler/passes/Passes.h.inc"
} // namespace weebill::passes

using namespace mlir;
namespace weebill::passes {
using namespace weebill::lm;

namespace {

/// Equal for weights that are one weight: type, storage and tensors. Vectors are compared by name only: all norms of a
/// fresh model are equal, and sharing them gains nothing.
Attribute identity(WeightOp weight, const TensorClasses &equal) {
  Builder builder(weight.getContext());
  SmallVector<Attribute> sources;
  for (auto source : weight.getSources().getAsRange<StringAttr>())
    sources.push_back(weight.getTensorType().getRank() == 2 ? equal.representative(source) : source);
  return builder.getArrayAttr({weight.getTypeAttr(), weight.getStorageAttr(), builder.getBoolAttr(weight.getPerBlock()),
                               builder.getArrayAttr(sources)});
}

struct MergeWeights : impl::MergeWeightsPassBase<MergeWeights> {
  using MergeWeightsPassBase::MergeWeightsPassBase;

  void runOnOperation() override {
    TensorClasses equalTensors;
    if (failed(equalTensors.add(getOperation(), "lm-merge-weights", equal)))
      return signalPassFailure();

    llvm::MapVector<Attribute, WeightOp> first;
    for (WeightOp weight : llvm::make_early_inc_range(getOperation().getOps<WeightOp>())) {
      WeightOp kept = first.insert({identity(weight, equalTensors), weight}).first->second;
      if (kept != weight && failed(replace(weight, kept)))
        return signalPassFailure();
    }
  }

  LogicalResult replace(WeightOp weight, WeightOp kept) {
    if (failed(SymbolTable::replaceAllSymbolUses(weight, kept.getSymNameAttr(), getOperation())))
      return weight.emitError("has uses that cannot be renamed");
    remark::passed(weight.getLoc(), remark::RemarkOpts::name("MergedWeight").category("sharing"))
        << (Twine("@") + weight.getSymName() + " is @" + kept.getSymName()).str();
    weight.erase();
    return success();
  }
};

} // namespace

} // namespace weebill::passes
