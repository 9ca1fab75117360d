//===- BuildModelPlan.cpp - From lm IR to plain structs -------------------===//

#include "compiler/planner/BuildModelPlan.h"

#include "compiler/import/ImportedModel.h"
#include "compiler/passes/PlanAttributes.h"
#include "compiler/passes/StepModel.h"
#include "compiler/planner/FusionReport.h"
#include "compiler/planner/WeightPlans.h"

#include <algorithm>

using namespace mlir;
namespace weebill::planner {
using namespace weebill::lm;

namespace {

[[noreturn]] void refuse(const std::string &reason) {
  throw importer::InputError("the module has no plan: " + reason + "; lm-pipeline makes one");
}

/// An attribute of the module that is text; without it, nothing.
template <typename Helper> std::string textOf(ModuleOp module) {
  StringAttr text = Helper(module.getContext()).getAttr(module);
  return text ? text.str() : "";
}

class PlanBuilder {
public:
  PlanBuilder(ModuleOp module, passes::ForwardPass &forward)
      : module(module), forward(forward), weights(plan.weights) {}

  plan::ModelPlan build() {
    plan.name = textOf<LmDialect::NameAttrHelper>(module);
    plan.source = textOf<LmDialect::SourceAttrHelper>(module);
    ArrayRef<int64_t> schedule = forward.repeat.getSchedule();
    plan.schedule.assign(schedule.begin(), schedule.end());

    forward.repeat.walk([&](EitherOp either) { plan.blockArms = either.getBlockArms().vec(); });

    std::optional<passes::Arena> arena = passes::getArena(module);
    if (!arena)
      refuse("no buffers");
    plan.buffers = arena->buffers;
    plan.chunk = arena->chunk;
    plan.arenaBytes = arena->bytes;

    for (passes::Route route : {passes::Route::Decode, passes::Route::Prefill}) {
      plan::RoutePlan &phases = route == passes::Route::Decode ? plan.decode : plan.prefill;
      phases.before = phasesOf(passes::Section::Before, route);
      phases.body = phasesOf(passes::Section::Body, route);
      phases.after = phasesOf(passes::Section::After, route);
    }
    setSizes();
    reportFusion(forward, plan);
    return std::move(plan);
  }

private:
  std::vector<plan::PhasePlan> phasesOf(passes::Section section, passes::Route route) {
    std::vector<plan::PhasePlan> phases;
    for (Operation *op : forward.steps(section)) {
      std::optional<passes::Place> place = passes::getPlace(op, route);
      if (!place)
        refuse("a step without a phase");
      if (place->phase != int64_t(phases.size()) - 1) { // the steps of a phase follow each other
        if (place->phase != int64_t(phases.size()))
          refuse("phases out of order");
        phases.push_back({place->phaseName, {}});
      }
      phases.back().steps.push_back(stepOf(op));
    }
    return phases;
  }

  plan::StepPlan stepOf(Operation *op) {
    const passes::StepModel *model = passes::stepModelOf(op);
    std::optional<passes::Place> decode = passes::getPlace(op, passes::Route::Decode),
                                 prefill = passes::getPlace(op, passes::Route::Prefill);
    std::optional<passes::StepViews> views = passes::getViews(op, plan.buffers);
    if (!model || !decode || !prefill || !views)
      refuse("a step that was not planned");

    plan::StepPlan step;
    step.kind = model->kind();
    step.role = passes::getRole(op);
    step.in = views->in;
    step.out = views->out;
    step.weights = weights.indicesFor(op, model->weights(op), step.role);
    step.quantizedInput = op->getNumOperands() && isa<QuantizedType>(op->getOperand(0).getType());
    step.arm = passes::armOf(op);
    step.decode = decode->partition;
    step.prefill = prefill->partition;
    model->constants(op, step, plan);
    return step;
  }

  void setSizes() {
    plan.sizes.model = lm::columnsOf(forward.repeat.getType());
    plan.sizes.vocabulary = lm::columnsOf(forward.returned().getType());
    plan.sizes.blocks = *std::max_element(plan.schedule.begin(), plan.schedule.end()) + 1;
    for (const plan::WeightPlan &weight : plan.weights)
      if (weight.perBlock)
        plan.sizes.blocks = weight.sources.size();
  }

  ModuleOp module;
  passes::ForwardPass &forward;
  plan::ModelPlan plan;
  WeightPlans weights;
};

} // namespace

plan::ModelPlan buildModelPlan(ModuleOp module) {
  passes::Problem problem;
  std::optional<passes::ForwardPass> forward = passes::findForwardPass(module, &problem);
  if (!forward)
    refuse("'" + problem.op->getName().getStringRef().str() + "' " + problem.reason);
  return PlanBuilder(module, *forward).build();
}

} // namespace weebill::planner
