//===- StepRoles.cpp - Where in the model a step stands -------------------===//

#include "compiler/passes/StepRoles.h"

#include "compiler/passes/ForwardPass.h"
#include "compiler/passes/HeadSteps.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

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

/// What attention does with a value, directly or through head steps: "query", "key", "value"; empty if nothing.
static std::string attentionOperand(Value value) {
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

/// The op whose float rows an operand holds, seen through quantization.
static Operation *producer(Value value) {
  Operation *op = value.getDefiningOp();
  if (auto quantize = llvm::dyn_cast_if_present<QuantizeOp>(op))
    return quantize.getInput().getDefiningOp();
  return op;
}

static bool isReturned(Value value) {
  return llvm::any_of(value.getUsers(), [](Operation *user) { return isa<func::ReturnOp>(user); });
}

/// Half of a gated product that is not fused: "gate" goes through silu, "up" is multiplied by it.
static std::string gatedHalf(LinearOp linear) {
  for (Operation *user : linear->getUsers()) {
    if (isa<SiluOp>(user))
      return "gate";
    if (auto product = dyn_cast<MulOp>(user))
      if (llvm::any_of(product.getOperands(), [](Value side) { return side.getDefiningOp<SiluOp>() != nullptr; }))
        return "up";
  }
  return "";
}

/// By what a matrix reads: the outputs of attention and of the gated product.
static std::string roleByInput(Operation *matrix, StringRef symbol) {
  Operation *input = producer(matrix->getOperand(0));
  if (isa_and_present<AttentionOp, CachedAttentionOp>(input))
    return "attention_out";
  if (isa_and_present<SwiGLUOp, MulOp>(input))
    return "down";
  return identifier(symbol);
}

static std::string roleOfLinear(LinearOp linear) {
  if (isReturned(linear.getOutput()))
    return "head";
  for (const std::string &role : {attentionOperand(linear.getOutput()), gatedHalf(linear)})
    if (!role.empty())
      return role;
  return roleByInput(linear, linear.getWeight());
}

/// By what reads the normed rows.
static std::string roleOfNorm(Operation *norm, StringRef symbol) {
  for (Operation *user : norm->getUsers()) {
    if (isa<QuantizeOp>(user))
      return roleOfNorm(user, symbol);
    std::string role = roleOf(user);
    if (role == "qkv" || role == "query" || role == "key" || role == "value")
      return "attention_norm";
    if (role == "gate_up" || role == "gate" || role == "up")
      return "ffn_norm";
    if (role == "head")
      return "output_norm";
  }
  return identifier(symbol);
}

std::string roleOf(Operation *op) {
  auto behindBias = [](Value value) {
    auto bias = value.getDefiningOp<AddBiasOp>();
    return bias ? bias.getInput().getDefiningOp() : value.getDefiningOp();
  };
  auto roleOfProduct = [](Operation *matrixOrOther) {
    return isa_and_present<LinearOp>(matrixOrOther) ? roleOf(matrixOrOther) + "_residual" : std::string("sum");
  };
  return llvm::TypeSwitch<Operation *, std::string>(op)
      .Case([](EmbedOp) { return "embedding"; })
      .Case<RmsNormOp, RmsNormQuantizeOp>([](auto norm) { return roleOfNorm(norm, norm.getGain()); })
      .Case([](QkvOp) { return "qkv"; })
      .Case([](LinearOp linear) { return roleOfLinear(linear); })
      .Case([](LinearResidualOp linear) { return roleByInput(linear, linear.getWeight()); })
      .Case([](SwiGLUOp) { return "gate_up"; })
      .Case([](QuantizeOp quantize) {
        Operation *input = quantize.getInput().getDefiningOp();
        return input ? roleOf(input) + "_codes" : std::string("codes");
      })
      .Case([](RopeOp rope) {
        std::string operand = attentionOperand(rope.getOutput());
        return operand.empty() ? std::string("rope") : "rope_" + operand;
      })
      .Case([](HeadNormOp norm) {
        std::string operand = attentionOperand(norm.getOutput());
        return operand.empty() ? std::string("head_norm") : operand + "_norm";
      })
      .Case([](AddBiasOp bias) {
        std::string operand = attentionOperand(bias.getOutput());
        if (operand.empty())
          if (auto linear = bias.getInput().getDefiningOp<LinearOp>())
            operand = roleOf(linear);
        return operand.empty() ? identifier(bias.getBias()) : operand + "_bias";
      })
      .Case([](CacheAppendOp) { return "cache_append"; })
      .Case<AttentionOp, CachedAttentionOp>([](auto) { return "attention"; })
      .Case([](SiluOp) { return "silu"; })
      .Case([](MulOp) { return "gated_product"; })
      .Case([&](AddOp add) {
        // The product is on the right, unless only the left is one.
        Operation *right = behindBias(add.getRhs());
        return roleOfProduct(isa_and_present<LinearOp>(right) ? right : behindBias(add.getLhs()));
      })
      .Default([](Operation *other) { return identifier(other->getName().stripDialect()); });
}

//===----------------------------------------------------------------------===//
// Phases
//===----------------------------------------------------------------------===//

std::string phaseName(const std::vector<Operation *> &steps) {
  std::vector<std::string> matrices;
  bool attention = false, adds = false, projects = false, gated = false;
  for (Operation *step : steps) {
    if (readsMatrix(step))
      matrices.push_back(roleOf(step));
    attention |= isa<CachedAttentionOp>(step);
    adds |= isa<LinearResidualOp, AddOp>(step);
    projects |= readsMatrix(step) && (isa<QkvOp>(step) || !attentionOperand(step->getResult(0)).empty());
    gated |= isa<SwiGLUOp, MulOp>(step);
  }

  if (projects) {
    bool all = matrices.front() == "qkv" || matrices.size() == 3;
    return "project_" + (all ? std::string("qkv") : llvm::join(matrices, "_"));
  }
  std::string name = llvm::join(matrices, "_");
  if (!name.empty())
    return name + (gated ? "_swiglu" : "") + (adds ? "_residual" : "");
  if (attention)
    return "attend";
  if (isa<EmbedOp>(steps.front()))
    return "embed";
  return roleOf(steps.front());
}

} // namespace weebill::passes
