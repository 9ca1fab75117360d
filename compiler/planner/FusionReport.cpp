//===- FusionReport.cpp - What was fused, in sentences --------------------===//

#include "compiler/planner/FusionReport.h"

#include "compiler/passes/PlanAttributes.h"

#include "llvm/ADT/MapVector.h"

#include <map>

using namespace mlir;
namespace weebill::planner {
using namespace weebill::lm;

namespace {

using Roles = std::vector<std::string>;

/// "a", "a and b", "a, b and c".
std::string list(const Roles &roles) {
  std::string text;
  for (size_t i = 0; i < roles.size(); ++i)
    text += (i == 0 ? "" : i + 1 == roles.size() ? " and " : ", ") + roles[i];
  return text;
}

/// What stays apart for one reason is one sentence.
class Reasons {
public:
  void add(Operation *step, const std::string &reason) { roles[reason].push_back(passes::getRole(step)); }

  /// The reason that the fusion gave; without one it has not looked.
  void add(Operation *step) {
    StringAttr reason = LmDialect::NotFusedAttrHelper(step->getContext()).getAttr(step);
    add(step, reason ? reason.str() : "the fusion was left out");
  }

  void tell(std::vector<std::string> &sentences, const std::string &what) const {
    for (const auto &[reason, steps] : roles)
      sentences.push_back(what + " (" + list(steps) + "): " + reason);
  }

private:
  llvm::MapVector<std::string, Roles, std::map<std::string, unsigned>> roles;
};

} // namespace

void reportFusion(passes::ForwardPass &forward, plan::ModelPlan &plan) {
  Roles normed, residual;
  Reasons projections, gated, quantized, added;
  std::vector<StringRef> embedded;
  bool tied = false, oneMatrix = false;
  std::string oneGate; // the activation in it
  for (passes::Section section : {passes::Section::Before, passes::Section::Body, passes::Section::After})
    for (Operation *step : forward.steps(section)) {
      std::string role = passes::getRole(step);
      oneMatrix |= isa<QkvOp>(step);
      if (isa<SwiGLUOp, GeGLUOp>(step))
        oneGate = isa<SwiGLUOp>(step) ? "silu" : "gelu";
      if (isa<RmsNormQuantizeOp>(step))
        normed.push_back(role);
      else if (isa<LinearResidualOp>(step))
        residual.push_back(role);
      else if (role == "query" || role == "key" || role == "value")
        projections.add(step);
      else if (isa<MulOp>(step))
        gated.add(step);
      else if (isa<AddOp>(step))
        added.add(step);
      else if (auto quantize = dyn_cast<QuantizeOp>(step); quantize && quantize.getInput().getDefiningOp<RmsNormOp>())
        quantized.add(step);
      else if (quantize)
        quantized.add(step, "a row's range needs the whole row, which several threads make");

      if (auto embed = dyn_cast<EmbedOp>(step))
        embedded.push_back(embed.getWeight());
      if (auto linear = dyn_cast<LinearOp>(step))
        tied |= llvm::is_contained(embedded, linear.getWeight());
    }

  if (tied)
    plan.fused.push_back("the head is the embedding matrix");
  if (oneMatrix)
    plan.fused.push_back("query, key and value are rows of one matrix");
  if (!oneGate.empty())
    plan.fused.push_back("gate, up, " + oneGate + " and their product are one kernel");
  if (!normed.empty())
    plan.fused.push_back("norm and quantization are one kernel: " + list(normed));
  if (!residual.empty())
    plan.fused.push_back("the product is added where the residual stream lies: " + list(residual));

  projections.tell(plan.notFused, "matrices of their own");
  gated.tell(plan.notFused, "a product behind matrices of its own");
  quantized.tell(plan.notFused, "quantization as a step of its own");
  added.tell(plan.notFused, "addition as a step of its own");
}

} // namespace weebill::planner
