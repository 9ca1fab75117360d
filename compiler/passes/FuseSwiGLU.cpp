//===- FuseSwiGLU.cpp - The gated feed-forward half as one op -------------===//
//
//     %g = lm.linear %x, @gate
//     %s = lm.silu %g                 ==>   %h = lm.swiglu %x, @gate, @up
//     %u = lm.linear %x, @up
//     %h = lm.mul %s, %u
//
// and with lm.gelu_tanh an lm.geglu, so that `x` is read once and neither [tokens][hidden] intermediate is stored.
// Tested by tests/lit/passes/fuse-swiglu.mlir.
//
//===----------------------------------------------------------------------===//

#include "compiler/passes/FileStorages.h"
#include "compiler/passes/FusionRemark.h"
#include "compiler/passes/MatricesOf.h"
#include "compiler/passes/Passes.h"

namespace weebill::passes {
#define GEN_PASS_DEF_FUSESWIGLUPASS
#include "compiler/passes/Passes.h.inc"
} // namespace weebill::passes

using namespace mlir;
namespace weebill::passes {
using namespace weebill::lm;

namespace {

void missed(MulOp product, StringRef reason) {
  remarkNotFused(product, "FusedSwiGLU", "gated product stays apart", reason);
}

struct FuseSwiGLU : impl::FuseSwiGLUPassBase<FuseSwiGLU> {
  using FuseSwiGLUPassBase::FuseSwiGLUPassBase;

  void runOnOperation() override {
    const FileStorages file(tensors);
    getOperation().walk([&](MulOp product) { fuse(product, file); });
  }

  static bool isActivation(Operation *op) { return isa_and_present<SiluOp, GeluTanhOp>(op); }

  static void fuse(MulOp product, const FileStorages &file) {
    // The activation may be on either side of the product.
    Operation *activation = product.getLhs().getDefiningOp();
    Value other = product.getRhs();
    if (!isActivation(activation)) {
      activation = product.getRhs().getDefiningOp();
      other = product.getLhs();
    }
    if (!isActivation(activation))
      return; // a product of another kind

    auto gate = activation->getOperand(0).getDefiningOp<LinearOp>();
    auto up = other.getDefiningOp<LinearOp>();
    if (!gate || !up)
      return missed(product, "not both halves are linear");
    if (!activation->hasOneUse() || !gate->hasOneUse() || !up->hasOneUse())
      return missed(product, "a half has another user");
    if (gate.getInput() != up.getInput())
      return missed(product, "the halves read different inputs");
    SmallVector<WeightOp> weights = matricesOf(gate);
    llvm::append_range(weights, matricesOf(up));
    if (std::string difference = file.difference(weights); !difference.empty())
      return missed(product, difference);
    if (isa<SiluOp>(activation))
      replace<SwiGLUOp>(product, activation, gate, up);
    else
      replace<GeGLUOp>(product, activation, gate, up);
  }

  template <typename Gated> static void replace(MulOp product, Operation *activation, LinearOp gate, LinearOp up) {
    OpBuilder builder(product);
    Location loc = builder.getFusedLoc({gate.getLoc(), up.getLoc(), product.getLoc()});
    auto fused =
        Gated::create(builder, loc, product.getType(), gate.getInput(), gate.getWeightAttr(), up.getWeightAttr());
    remarkFused(loc, "FusedSwiGLU", "gated feed-forward half computed by one kernel");
    product.replaceAllUsesWith(fused.getResult());
    product.erase();
    activation->erase();
    gate.erase();
    up.erase();
  }
};

} // namespace

} // namespace weebill::passes
