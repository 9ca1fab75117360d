//===- FusionReport.cpp - What was fused, in sentences --------------------===//

#include "compiler/plan/FusionReport.h"

#include "compiler/passes/PlanAttributes.h"

using namespace mlir;
using namespace weebill;
using namespace weebill::lm;

namespace {

using Roles = std::vector<std::string>;

std::string roleOfStep(Operation *step) { return step->getAttrOfType<StringAttr>(kRoleAttribute).str(); }

/// "a", "a and b", "a, b and c".
std::string list(const Roles &roles) {
  std::string text;
  for (size_t i = 0; i < roles.size(); ++i)
    text += (i == 0 ? "" : i + 1 == roles.size() ? " and " : ", ") + roles[i];
  return text;
}

/// Adds a sentence if there is anything to tell.
void tell(std::vector<std::string> &sentences, const Roles &roles, const std::string &before,
          const std::string &behind) {
  if (!roles.empty())
    sentences.push_back(before + list(roles) + behind);
}

} // namespace

void weebill::reportFusion(ForwardPass &forward, ModelPlan &plan) {
  Roles oneMatrix, gated, normed, residual;                       // fused
  Roles projections, activations, normsApart, wholeRows, addends; // not fused
  std::vector<StringRef> embedded;
  bool tied = false;
  for (Section section : {Section::Before, Section::Body, Section::After})
    for (Operation *step : forward.steps(section)) {
      std::string role = roleOfStep(step);
      if (isa<QkvOp>(step))
        oneMatrix.push_back(role);
      else if (isa<SwiGLUOp>(step))
        gated.push_back(role);
      else if (isa<RmsNormQuantizeOp>(step))
        normed.push_back(role);
      else if (isa<LinearResidualOp>(step))
        residual.push_back(role);
      else if (isa<SiluOp>(step))
        activations.push_back(role);
      else if (isa<AddOp>(step))
        addends.push_back(role);
      else if (auto quantize = dyn_cast<QuantizeOp>(step))
        (quantize.getInput().getDefiningOp<RmsNormOp>() ? normsApart : wholeRows).push_back(role);
      else if (role == "query" || role == "key" || role == "value")
        projections.push_back(role);

      if (auto embed = dyn_cast<EmbedOp>(step))
        embedded.push_back(embed.getWeight());
      if (auto linear = dyn_cast<LinearOp>(step))
        tied |= llvm::is_contained(embedded, linear.getWeight());
    }

  if (tied)
    plan.fused.push_back("the head is the embedding matrix");
  if (!oneMatrix.empty())
    plan.fused.push_back("query, key and value are rows of one matrix");
  if (!gated.empty())
    plan.fused.push_back("gate, up, silu and their product are one kernel");
  tell(plan.fused, normed, "norm and quantization are one kernel: ", "");
  tell(plan.fused, residual, "the product is added where the residual stream lies: ", "");

  tell(plan.notFused, projections, "matrices of their own: ", "");
  if (!activations.empty())
    plan.notFused.push_back("gate, up, silu and their product are steps of their own");
  tell(plan.notFused, normsApart, "norms are stored before they are quantized: ", "");
  tell(plan.notFused, wholeRows, "quantization is a step of its own, because a row's range needs the whole row: ", "");
  tell(plan.notFused, addends, "additions are steps of their own: ", "");
}
