//===- ForwardPass.cpp - A module as three lists of steps -----------------===//

#include "compiler/passes/ForwardPass.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace weebill;
using namespace weebill::lm;

std::optional<ForwardPass> weebill::findForwardPass(ModuleOp module, Problem *problem) {
  auto refuse = [&](Operation *op, const Twine &reason) {
    if (problem)
      *problem = {op, reason.str()};
    return std::nullopt;
  };

  ForwardPass forward;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (forward.function)
      return refuse(function, "is a second function: a model is one");
    forward.function = function;
  }
  if (!forward.function)
    return refuse(module, "holds no function");
  if (!forward.function.getBody().hasOneBlock())
    return refuse(forward.function, "is not one block of ops");
  if (forward.function.getNumArguments() != 1 || !isTokens(forward.function.getArgumentTypes().front()) ||
      forward.function.getNumResults() != 1 || !isRows(forward.function.getResultTypes().front()))
    return refuse(forward.function, "does not take token ids to one row of logits each");

  for (Operation &op : forward.function.getBody().front().without_terminator()) {
    if (auto repeat = dyn_cast<RepeatOp>(op)) {
      if (forward.repeat)
        return refuse(repeat, "is a second loop over blocks: a model has one");
      forward.repeat = repeat;
      for (Operation &step : repeat.getBody().front().without_terminator())
        forward.body.push_back(&step);
    } else {
      (forward.repeat ? forward.after : forward.before).push_back(&op);
    }
  }
  if (!forward.repeat)
    return refuse(forward.function, "has no lm.repeat: the blocks of a model are one region");
  return forward;
}

std::optional<StepKind> weebill::stepKindOf(Operation *op) {
  return llvm::TypeSwitch<Operation *, std::optional<StepKind>>(op)
      .Case([](EmbedOp) { return StepKind::Embed; })
      .Case([](RmsNormOp) { return StepKind::RmsNorm; })
      .Case([](QuantizeOp) { return StepKind::Quantize; })
      .Case([](RmsNormQuantizeOp) { return StepKind::RmsNormQuantize; })
      .Case<LinearOp, QkvOp>([](auto) { return StepKind::Linear; })
      .Case([](LinearResidualOp) { return StepKind::LinearResidual; })
      .Case([](SwiGLUOp) { return StepKind::SwiGLU; })
      .Case([](AddBiasOp) { return StepKind::AddBias; })
      .Case([](HeadNormOp) { return StepKind::HeadNorm; })
      .Case([](RopeOp) { return StepKind::Rope; })
      .Case([](CacheAppendOp) { return StepKind::CacheAppend; })
      .Case([](CachedAttentionOp) { return StepKind::Attention; })
      .Case([](SiluOp) { return StepKind::Silu; })
      .Case([](MulOp) { return StepKind::Mul; })
      .Case([](AddOp) { return StepKind::Add; })
      .Default(std::nullopt);
}

bool weebill::readsMatrix(Operation *op) { return isa<LinearOp, QkvOp, SwiGLUOp, LinearResidualOp>(op); }
