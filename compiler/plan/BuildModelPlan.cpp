//===- BuildModelPlan.cpp - From lm IR to plain structs -------------------===//

#include "compiler/plan/BuildModelPlan.h"

#include "compiler/import/ImportedModel.h"
#include "compiler/passes/PlanAttributes.h"
#include "compiler/plan/FusionReport.h"
#include "compiler/plan/WeightPlans.h"

#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>

using namespace mlir;
using namespace weebill;
using namespace weebill::lm;

namespace {

[[noreturn]] void refuse(const std::string &reason) {
  throw InputError("the module has no plan: " + reason + "; lm-pipeline makes one");
}

std::string textOf(ModuleOp module, StringRef attribute) {
  auto text = module->getAttrOfType<StringAttr>(attribute);
  return text ? text.str() : "";
}

int64_t numberOf(Operation *op, StringRef attribute) {
  auto number = op->getAttrOfType<IntegerAttr>(attribute);
  if (!number)
    refuse("no " + attribute.str());
  return number.getInt();
}

Element elementOf(CacheElement element) {
  switch (element) {
  case CacheElement::F16:
    return Element::F16;
  case CacheElement::F32:
    return Element::F32;
  case CacheElement::Int8:
    return Element::I8;
  }
  llvm_unreachable("all elements are covered");
}

class PlanBuilder {
public:
  PlanBuilder(ModuleOp module, ForwardPass &forward) : module(module), forward(forward), weights(plan.weights) {}

  ModelPlan build() {
    plan.name = textOf(module, "lm.name");
    plan.source = textOf(module, "lm.source");
    ArrayRef<int64_t> schedule = forward.repeat.getSchedule();
    plan.schedule.assign(schedule.begin(), schedule.end());

    std::optional<std::vector<BufferPlan>> buffers = getBuffers(module);
    if (!buffers)
      refuse("no buffers");
    plan.buffers = *buffers;
    plan.chunk = numberOf(module, kChunkAttribute);
    plan.arenaBytes = numberOf(module, kArenaAttribute);

    for (Route route : {Route::Decode, Route::Prefill}) {
      RoutePlan &phases = route == Route::Decode ? plan.decode : plan.prefill;
      phases.before = phasesOf(Section::Before, route);
      phases.body = phasesOf(Section::Body, route);
      phases.after = phasesOf(Section::After, route);
    }
    setSizes();
    reportFusion(forward, plan);
    return std::move(plan);
  }

private:
  std::vector<PhasePlan> phasesOf(Section section, Route route) {
    std::vector<PhasePlan> phases;
    for (Operation *op : forward.steps(section)) {
      std::optional<Place> place = getPlace(op, route);
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

  StepPlan stepOf(Operation *op) {
    std::optional<StepKind> kind = stepKindOf(op);
    std::optional<Place> decode = getPlace(op, Route::Decode), prefill = getPlace(op, Route::Prefill);
    std::optional<StepViews> views = getViews(op, plan.buffers);
    auto role = op->getAttrOfType<StringAttr>(kRoleAttribute);
    if (!kind || !decode || !prefill || !views || !role)
      refuse("a step that was not planned");

    StepPlan step;
    step.kind = *kind;
    step.role = role.str();
    step.in = views->in;
    step.out = views->out;
    step.weights = weights.indicesFor(op, step.role);
    step.quantizedInput = op->getNumOperands() && isa<QuantizedType>(op->getOperand(0).getType());
    step.decode = decode->partition;
    step.prefill = prefill->partition;
    setConstants(op, step);
    return step;
  }

  void setConstants(Operation *op, StepPlan &step) {
    llvm::TypeSwitch<Operation *>(op)
        .Case([&](RmsNormOp norm) { step.epsilon = norm.getEpsilon().convertToFloat(); })
        .Case([&](QuantizeOp quantize) { step.symmetric = quantize.getSymmetric(); })
        .Case([&](RmsNormQuantizeOp norm) {
          step.epsilon = norm.getEpsilon().convertToFloat();
          step.symmetric = norm.getSymmetric();
        })
        .Case([&](RopeOp rope) {
          step.rope = {rope.getTheta().convertToDouble(), rope.getFactor().convertToDouble(),
                       rope.getLow().convertToDouble(), rope.getHigh().convertToDouble(),
                       int64_t(rope.getOriginalContext())};
          step.scale = rope.getScale().convertToFloat();
          step.heads = rope.getHeads();
        })
        .Case([&](HeadNormOp norm) {
          step.epsilon = norm.getEpsilon().convertToFloat();
          step.scale = norm.getScale().convertToFloat();
          step.heads = norm.getHeads();
        })
        .Case([&](CachedAttentionOp attention) {
          step.heads = attention.getHeads();
          attentionHeads = step.heads;
          setCache(SymbolTable::lookupNearestSymbolFrom<CacheOp>(attention, attention.getCacheAttr()));
        })
        .Case<SwiGLUOp, MulOp>([&](auto product) { plan.sizes.hidden = columnsOf(product.getType()); });
  }

  void setCache(CacheOp cache) {
    plan.cache.element = elementOf(cache.getElement());
    plan.cache.visits = cache.getVisits();
    plan.cache.positions = cache.getPositions();
    plan.sizes.keyValueHeads = cache.getKeyValueHeads();
    plan.sizes.headSize = cache.getHeadSize();
    auto context = cache->getAttrOfType<IntegerAttr>(kContextAttribute); // what was asked for, without padding
    plan.sizes.context = context ? context.getInt() : plan.cache.positions;
  }

  void setSizes() {
    plan.sizes.model = columnsOf(forward.repeat.getType());
    plan.sizes.vocabulary = columnsOf(forward.returned().getType());
    plan.sizes.heads = attentionHeads;
    plan.sizes.blocks = *std::max_element(plan.schedule.begin(), plan.schedule.end()) + 1;
    for (const WeightPlan &weight : plan.weights)
      if (weight.perBlock)
        plan.sizes.blocks = weight.sources.size();
  }

  ModuleOp module;
  ForwardPass &forward;
  ModelPlan plan;
  WeightPlans weights;
  int64_t attentionHeads = 0;
};

} // namespace

ModelPlan weebill::buildModelPlan(ModuleOp module) {
  Problem problem;
  std::optional<ForwardPass> forward = findForwardPass(module, &problem);
  if (!forward)
    refuse("'" + problem.op->getName().getStringRef().str() + "' " + problem.reason);
  return PlanBuilder(module, *forward).build();
}
