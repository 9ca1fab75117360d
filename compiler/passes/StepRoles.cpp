//===- StepRoles.cpp - Where in the model a step stands -------------------===//

#include "compiler/passes/StepRoles.h"

#include "codegen/plan/StepKinds.h"
#include "compiler/passes/ForwardPass.h"
#include "compiler/passes/HeadSteps.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
namespace weebill::passes {
using namespace weebill::lm;

//===----------------------------------------------------------------------===//
// Roles
//===----------------------------------------------------------------------===//

/// A symbol as an identifier: lower case letters, digits and underscores.
static std::string identifier(StringRef symbol) {
  std::string name;
  for (char c : symbol)
    name += llvm::isAlnum(c) ? llvm::toLower(c) : '_';
  return name.empty() || llvm::isDigit(name.front()) ? "weight_" + name : name;
}

std::string attentionOperand(Value value) {
  for (OpOperand &use : value.getUses()) {
    unsigned number = use.getOperandNumber();
    if (isa<AttentionOp>(use.getOwner()) && number < 3)
      return number == 0 ? "query" : number == 1 ? "key" : "value";
    if (isa<CachedAttentionOp>(use.getOwner()))
      return "query";
    if (isa<CacheAppendOp>(use.getOwner()))
      return number == 0 ? "key" : "value";
    if (isHeadStep(use.getOwner()))
      if (std::string operand = attentionOperand(use.getOwner()->getResult(0)); !operand.empty())
        return operand;
  }
  return "";
}

Operation *producer(Value value) {
  Operation *op = value.getDefiningOp();
  while (isa_and_present<QuantizeOp, HadamardOp>(op))
    op = op->getOperand(0).getDefiningOp();
  return op;
}

/// A bias that is added to a product belongs to it.
static bool isReturned(Value value) {
  return llvm::any_of(value.getUsers(), [](Operation *user) {
    return isa<func::ReturnOp>(user) || (isa<AddBiasOp>(user) && isReturned(user->getResult(0)));
  });
}

/// A function of each element, such as silu: what a gate goes through.
static bool isActivation(Operation *op) {
  const StepModel *model = stepModelOf(op);
  return model && plan::info(model->kind()).activates;
}

/// Half of a gated product that is not fused: "gate" goes through silu, "up" is multiplied by it.
static std::string gatedHalf(Operation *linear) {
  for (Operation *user : linear->getUsers()) {
    if (isa<AddBiasOp>(user))
      if (std::string half = gatedHalf(user); !half.empty())
        return half;
    if (isActivation(user))
      return "gate";
    if (auto product = dyn_cast<MulOp>(user))
      if (llvm::any_of(product.getOperands(),
                       [](Value side) { return side.getDefiningOp() && isActivation(side.getDefiningOp()); }))
        return "up";
  }
  return "";
}

/// Whether a convolution reads it.
static bool isConvolved(Value value) {
  return llvm::any_of(value.getUsers(), [](Operation *user) { return isa<GatedConvolutionOp>(user); });
}

std::string roleByInput(Operation *matrix, StringRef symbol) {
  Operation *input = producer(matrix->getOperand(0));
  const StepModel *model = input ? stepModelOf(input) : nullptr;
  if (model && model->storage() == "mixed")
    return "attention_out";
  if (model && model->storage() == "hidden")
    return "down";
  if (model && model->storage() == "convolved")
    return "convolution_out";
  return identifier(symbol);
}

std::string roleOfLinear(LinearOp linear) {
  if (isReturned(linear.getOutput()))
    return "head";
  if (isConvolved(linear.getOutput()))
    return "convolution_in";
  for (const std::string &role : {attentionOperand(linear.getOutput()), gatedHalf(linear)})
    if (!role.empty())
      return role;
  return roleByInput(linear, linear.getWeight());
}

std::string roleOfNorm(Operation *norm, StringRef symbol) {
  for (Operation *user : norm->getUsers()) {
    if (isa<QuantizeOp, ScaleOp>(user))
      return roleOfNorm(user, symbol);
    std::string role = roleOf(user);
    if (role == "convolution_in")
      return "convolution_norm";
    if (role == "qkv" || role == "query" || role == "key" || role == "value")
      return "attention_norm";
    if (role == "gate_up" || role == "gate" || role == "up")
      return "ffn_norm";
    if (role == "head")
      return "output_norm";
  }
  return identifier(symbol);
}

std::string roleOfScale(ScaleOp scale) {
  Operation *input = scale.getInput().getDefiningOp();
  auto norm = dyn_cast_if_present<RmsNormOp>(input); // whose role is asked of what reads it, the scale among them
  return (norm ? roleOfNorm(scale, norm.getGain()) : input ? roleOf(input) : "row") + "_scaled";
}

std::string roleOfBias(AddBiasOp bias) {
  std::string operand = attentionOperand(bias.getOutput());
  if (operand.empty())
    if (auto linear = bias.getInput().getDefiningOp<LinearOp>())
      operand = roleOf(linear);
  return operand.empty() ? identifier(bias.getBias()) : operand + "_bias";
}

std::string roleOfSum(AddOp add) {
  // Seen through what a product may go through before it is added.
  auto productOf = [](Value value) {
    Operation *op = value.getDefiningOp();
    while (isa_and_present<AddBiasOp, RmsNormOp, ScaleOp>(op))
      op = op->getOperand(0).getDefiningOp();
    return op;
  };
  // The product is on the right, unless only the left is one.
  Operation *right = productOf(add.getRhs());
  Operation *product = isa_and_present<LinearOp>(right) ? right : productOf(add.getLhs());
  return isa_and_present<LinearOp>(product) ? roleOf(product) + "_residual" : "sum";
}

std::string roleOf(Operation *op) {
  const StepModel *model = stepModelOf(op);
  return model ? model->role(op) : identifier(op->getName().stripDialect());
}

//===----------------------------------------------------------------------===//
// Phases
//===----------------------------------------------------------------------===//

std::string phaseName(const std::vector<Operation *> &steps) {
  std::vector<std::string> matrices;
  std::string tail, alone;
  bool projects = false;
  for (Operation *step : steps) {
    const plan::StepKindInfo &kind = plan::info(stepModelOf(step)->kind());
    if (kind.weights == plan::WeightUse::Matrix) {
      matrices.push_back(roleOf(step));
      projects |= !attentionOperand(step->getResult(0)).empty();
    }
    if (*kind.phaseTail && !StringRef(tail).ends_with(kind.phaseTail))
      tail += std::string("_") + kind.phaseTail;
    if (alone.empty())
      alone = kind.phaseAlone;
  }

  if (projects) {
    bool all = matrices.front() == "qkv" || matrices.size() == 3;
    return "project_" + (all ? std::string("qkv") : llvm::join(matrices, "_"));
  }
  if (!matrices.empty())
    return llvm::join(matrices, "_") + tail;
  return alone.empty() ? roleOf(steps.front()) : alone;
}

} // namespace weebill::passes
