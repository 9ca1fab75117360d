//===- BuildModelPlan.cpp - From lm IR to plain structs -------------------===//

#include "compiler/planner/BuildModelPlan.h"

#include "compiler/import/ImportedModel.h"
#include "compiler/passes/PlanAttributes.h"
#include "compiler/planner/FusionReport.h"
#include "compiler/planner/WeightPlans.h"

#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>

using namespace mlir;
namespace weebill::planner {
using namespace weebill::lm;

namespace {

[[noreturn]] void refuse(const std::string &reason) {
  throw importer::InputError("the module has no plan: " + reason + "; lm-pipeline makes one");
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

plan::Element elementOf(CacheElement element) {
  switch (element) {
  case CacheElement::F16:
    return plan::Element::F16;
  case CacheElement::F32:
    return plan::Element::F32;
  case CacheElement::Int8:
    return plan::Element::I8;
  }
  llvm_unreachable("all elements are covered");
}

class PlanBuilder {
public:
  PlanBuilder(ModuleOp module, passes::ForwardPass &forward)
      : module(module), forward(forward), weights(plan.weights) {}

  plan::ModelPlan build() {
    plan.name = textOf(module, "lm.name");
    plan.source = textOf(module, "lm.source");
    ArrayRef<int64_t> schedule = forward.repeat.getSchedule();
    plan.schedule.assign(schedule.begin(), schedule.end());

    std::optional<std::vector<plan::BufferPlan>> buffers = passes::getBuffers(module);
    if (!buffers)
      refuse("no buffers");
    plan.buffers = *buffers;
    plan.chunk = numberOf(module, passes::kChunkAttribute);
    plan.arenaBytes = numberOf(module, passes::kArenaAttribute);

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
    std::optional<plan::StepKind> kind = passes::stepKindOf(op);
    std::optional<passes::Place> decode = passes::getPlace(op, passes::Route::Decode),
                                 prefill = passes::getPlace(op, passes::Route::Prefill);
    std::optional<passes::StepViews> views = passes::getViews(op, plan.buffers);
    auto role = op->getAttrOfType<StringAttr>(passes::kRoleAttribute);
    if (!kind || !decode || !prefill || !views || !role)
      refuse("a step that was not planned");

    plan::StepPlan step;
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

  void setConstants(Operation *op, plan::StepPlan &step) {
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
        .Case<SwiGLUOp, MulOp>([&](auto product) { plan.sizes.hidden = lm::columnsOf(product.getType()); })
        .Case<EmbedOp, LinearOp, QkvOp, LinearResidualOp, AddBiasOp, CacheAppendOp, SiluOp, AddOp>([](auto) {})
        .Default([](Operation *other) { refuse("the constants of " + other->getName().getStringRef().str()); });
  }

  void setCache(CacheOp cache) {
    plan.cache.element = elementOf(cache.getElement());
    plan.cache.visits = cache.getVisits();
    plan.cache.positions = cache.getPositions();
    plan.sizes.keyValueHeads = cache.getKeyValueHeads();
    plan.sizes.headSize = cache.getHeadSize();
    auto context = cache->getAttrOfType<IntegerAttr>(passes::kContextAttribute); // what was asked for, without padding
    plan.sizes.context = context ? context.getInt() : plan.cache.positions;
  }

  void setSizes() {
    plan.sizes.model = lm::columnsOf(forward.repeat.getType());
    plan.sizes.vocabulary = lm::columnsOf(forward.returned().getType());
    plan.sizes.heads = attentionHeads;
    plan.sizes.blocks = *std::max_element(plan.schedule.begin(), plan.schedule.end()) + 1;
    for (const plan::WeightPlan &weight : plan.weights)
      if (weight.perBlock)
        plan.sizes.blocks = weight.sources.size();
  }

  ModuleOp module;
  passes::ForwardPass &forward;
  plan::ModelPlan plan;
  WeightPlans weights;
  int64_t attentionHeads = 0;
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
