//===- ForwardPass.cpp - A module as three lists of steps -----------------===//

#include "compiler/passes/ForwardPass.h"

#include "codegen/plan/StepKinds.h"
#include "compiler/passes/StepModel.h"

using namespace mlir;
namespace weebill::passes {
using namespace weebill::lm;

int64_t armOf(Operation *step) { return EitherOp::around(step).second; }

std::optional<ForwardPass> findForwardPass(ModuleOp module, Problem *problem) {
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
  if (forward.function.getNumArguments() != 1 || !lm::isTokens(forward.function.getArgumentTypes().front()) ||
      forward.function.getNumResults() != 1 || !lm::isRows(forward.function.getResultTypes().front()))
    return refuse(forward.function, "does not take token ids to one row of logits each");

  for (Operation &op : forward.function.getBody().front().without_terminator()) {
    if (auto repeat = dyn_cast<RepeatOp>(op)) {
      if (forward.repeat)
        return refuse(repeat, "is a second loop over blocks: a model has one");
      forward.repeat = repeat;
      EitherOp only;
      for (Operation &step : repeat.getBody().front().without_terminator()) {
        auto either = dyn_cast<EitherOp>(step);
        if (!either) {
          forward.body.push_back(&step);
          continue;
        }
        if (only)
          return refuse(either, "is a second one in lm.repeat: blocks are of two kinds, not more");
        only = either;
        for (int64_t arm = 0; arm < EitherOp::kArms; ++arm)
          for (Operation &inner : either.getArm(arm).without_terminator())
            forward.body.push_back(&inner);
      }
    } else {
      (forward.repeat ? forward.after : forward.before).push_back(&op);
    }
  }
  if (!forward.repeat)
    return refuse(forward.function, "has no lm.repeat: the blocks of a model are one region");
  return forward;
}

bool readsMatrix(Operation *op) {
  const StepModel *model = stepModelOf(op);
  return model && plan::info(model->kind()).weights == plan::WeightUse::Matrix;
}

} // namespace weebill::passes
