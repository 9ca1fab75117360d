//===- FuseNormQuantize.cpp - Norm and quantization in one pass -----------===//
//
//     %n = lm.rms_norm %x, @gain
//     %c = lm.quantize %n             ==>   %c = lm.rms_norm_quantize %x, @gain
//
// so that the normed row stays in registers and cache lines of one kernel. Tested by
// tests/lit/passes/fuse-norm-quantize.mlir.
//
//===----------------------------------------------------------------------===//

#include "compiler/passes/FusionRemark.h"
#include "compiler/passes/Passes.h"

namespace weebill::passes {
#define GEN_PASS_DEF_FUSENORMQUANTIZEPASS
#include "compiler/passes/Passes.h.inc"
} // namespace weebill::passes

using namespace mlir;
namespace weebill::passes {
using namespace weebill::lm;

namespace {

struct FuseNormQuantize : impl::FuseNormQuantizePassBase<FuseNormQuantize> {
  void runOnOperation() override {
    getOperation().walk([&](QuantizeOp quantize) { fuse(quantize); });
  }

  void fuse(QuantizeOp quantize) {
    auto norm = quantize.getInput().getDefiningOp<RmsNormOp>();
    if (!norm)
      return missed(quantize, "its input is not a norm");
    if (!norm->hasOneUse())
      return missed(quantize, "the norm has another user");

    OpBuilder builder(quantize);
    Location loc = builder.getFusedLoc({norm.getLoc(), quantize.getLoc()});
    auto fused = RmsNormQuantizeOp::create(builder, loc, quantize.getType(), norm.getInput(), norm.getGainAttr(),
                                           norm.getEpsilonAttr(), quantize.getSymmetricAttr());
    remarkFused(loc, "FusedNormQuantize", "norm with @" + norm.getGain() + " and quantization computed by one kernel");
    quantize.replaceAllUsesWith(fused.getResult());
    quantize.erase();
    norm.erase();
  }

  static void missed(QuantizeOp quantize, StringRef reason) {
    remarkNotFused(quantize, "FusedNormQuantize", "quantization stays a step of its own", reason);
  }
};

} // namespace

} // namespace weebill::passes
