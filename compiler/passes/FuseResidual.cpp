//===- FuseResidual.cpp - Add to the residual stream in place -------------===//
//
//     %o = lm.linear %a, @o
//     %y = lm.add %x, %o              ==>   %y = lm.linear_residual %a, @o, %x
//
// so that the product is added where the residual stream lies and is never stored. Tested by
// tests/lit/passes/fuse-residual.mlir.
//
//===----------------------------------------------------------------------===//

#include "compiler/passes/FusionRemark.h"
#include "compiler/passes/Passes.h"

namespace weebill::passes {
#define GEN_PASS_DEF_FUSERESIDUALPASS
#include "compiler/passes/Passes.h.inc"
} // namespace weebill::passes

using namespace mlir;
namespace weebill::passes {
using namespace weebill::lm;

namespace {

struct FuseResidual : impl::FuseResidualPassBase<FuseResidual> {
  void runOnOperation() override {
    getOperation().walk([&](AddOp add) { fuse(add); });
  }

  void fuse(AddOp add) {
    // The residual stream is on the left; a linear on the left counts only when there is none on the right. Both orders
    // give the same bits.
    auto linear = add.getRhs().getDefiningOp<LinearOp>();
    Value residual = add.getLhs();
    if (!linear || !linear->hasOneUse()) {
      if (auto left = add.getLhs().getDefiningOp<LinearOp>(); left && (left->hasOneUse() || !linear)) {
        linear = left;
        residual = add.getRhs();
      }
    }
    if (!linear)
      return missed(add, whatComesFirst(add));
    if (!linear->hasOneUse())
      return missed(add, "the linear has another user");

    // The sum replaces the residual where it lies.
    if (linear.getInput() == residual)
      return missed(add, "the product reads the residual stream itself");
    if (residual.getDefiningOp<RepeatOp>())
      return missed(add, "the residual is what the last block yields, of which other tokens' rows are still needed");
    for (Operation *user : residual.getUsers())
      if (user != add && !user->isBeforeInBlock(add))
        return missed(add, "the residual is needed again");

    OpBuilder builder(add);
    Location loc = builder.getFusedLoc({linear.getLoc(), add.getLoc()});
    auto fused =
        LinearResidualOp::create(builder, loc, add.getType(), linear.getInput(), linear.getWeightAttr(), residual);
    remarkFused(loc, "FusedResidual",
                "product with @" + linear.getWeight() + " added to the residual stream by one kernel");
    add.replaceAllUsesWith(fused.getResult());
    add.erase();
    linear.erase();
  }

  /// Why neither side is a product.
  static StringRef whatComesFirst(AddOp add) {
    auto isEither = [&](auto &&is) { return llvm::any_of(add.getOperands(), is); };
    if (isEither([](Value side) { return bool(side.getDefiningOp<AddBiasOp>()); }))
      return "a bias is added to the product first";
    if (isEither([](Value side) { return bool(side.getDefiningOp<RmsNormOp>()); }))
      return "the product is normed first";
    const bool isChoice =
        llvm::all_of(add.getOperands(), [](Value side) { return bool(side.getDefiningOp<ScaleOp>()); });
    if (!isChoice && isEither([](Value side) { return bool(side.getDefiningOp<ScaleOp>()); }))
      return "the product is multiplied by a number first";
    return "neither side is linear";
  }

  static void missed(AddOp add, StringRef reason) {
    remarkNotFused(add, "FusedResidual", "addition stays a step of its own", reason);
  }
};

} // namespace

} // namespace weebill::passes
