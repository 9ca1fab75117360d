//===- TieEmbeddings.cpp - One weight for each tensor ---------------------===//
//
//     lm.weight @embedding : T from ["token_embd.weight"]
//     lm.weight @head : T from ["token_embd.weight"]        ==>   uses of @head become uses of @embedding
//
// so that the matrix is stored, and read from memory, once. Tested by tests/lit/passes/tie-embeddings.mlir.
//
//===----------------------------------------------------------------------===//

#include "compiler/passes/Passes.h"

#include "mlir/IR/Remarks.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/MapVector.h"

namespace weebill {
#define GEN_PASS_DEF_TIEEMBEDDINGSPASS
#include "compiler/passes/Passes.h.inc"
} // namespace weebill

using namespace mlir;
using namespace weebill;
using namespace weebill::lm;

namespace {

/// Which tensors of the model file hold the same numbers.
class EqualTensors {
public:
  explicit EqualTensors(MLIRContext *context) : context(context) {}

  /// Takes "name=name"; fails when it is not a pair.
  LogicalResult add(StringRef pair) {
    auto [left, right] = pair.split('=');
    if (left.empty() || right.empty() || right.contains('='))
      return failure();
    classes.unionSets(StringAttr::get(context, left), StringAttr::get(context, right));
    return success();
  }

  /// One name for all tensors that are equal to `name`.
  Attribute representative(StringAttr name) const {
    auto leader = classes.findLeader(name);
    return leader == classes.member_end() ? name : *leader;
  }

private:
  MLIRContext *context;
  llvm::EquivalenceClasses<Attribute> classes;
};

/// Equal for weights that are one weight: type, storage and tensors.
Attribute identity(WeightOp weight, const EqualTensors &equal) {
  Builder builder(weight.getContext());
  SmallVector<Attribute> sources;
  for (auto source : weight.getSources().getAsRange<StringAttr>())
    sources.push_back(equal.representative(source));
  return builder.getArrayAttr({weight.getTypeAttr(), weight.getStorageAttr(), builder.getBoolAttr(weight.getPerBlock()),
                               builder.getArrayAttr(sources)});
}

struct TieEmbeddings : weebill::impl::TieEmbeddingsPassBase<TieEmbeddings> {
  using TieEmbeddingsPassBase::TieEmbeddingsPassBase;

  void runOnOperation() override {
    EqualTensors equalTensors(&getContext());
    for (const std::string &pair : equal)
      if (failed(equalTensors.add(pair))) {
        getOperation().emitError("lm-tie-embeddings: equal is a pair of tensors as name=name, not '") << pair << "'";
        return signalPassFailure();
      }

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
    remark::passed(weight.getLoc(), remark::RemarkOpts::name("TiedWeight").category("sharing"))
        << (Twine("@") + weight.getSymName() + " is @" + kept.getSymName()).str();
    weight.erase();
    return success();
  }
};

} // namespace
