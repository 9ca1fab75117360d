//===- PlanAttributes.cpp - Planning's results on ops ---------------------===//

#include "compiler/passes/PlanAttributes.h"

using namespace mlir;
namespace weebill::passes {

using lm::LmDialect;

namespace {

/// The plan's enums know no MLIR and the dialect's no plan: here they meet.
constexpr std::pair<plan::Share, lm::Share> kShares[] = {{plan::Share::Columns, lm::Share::Columns},
                                                         {plan::Share::Heads, lm::Share::Heads},
                                                         {plan::Share::Tokens, lm::Share::Tokens},
                                                         {plan::Share::Every, lm::Share::Every}};
constexpr std::pair<plan::Element, lm::Element> kElements[] = {{plan::Element::F32, lm::Element::F32},
                                                               {plan::Element::F16, lm::Element::F16},
                                                               {plan::Element::I8, lm::Element::I8},
                                                               {plan::Element::U8, lm::Element::U8},
                                                               {plan::Element::I32, lm::Element::I32}};
static_assert(std::size(kShares) == lm::getMaxEnumValForShare() + 1);
static_assert(std::size(kElements) == lm::getMaxEnumValForElement() + 1);

template <typename Plan, typename Dialect, size_t N>
Dialect inDialect(const std::pair<Plan, Dialect> (&table)[N], Plan value) {
  for (const auto &[plan, dialect] : table)
    if (plan == value)
      return dialect;
  llvm_unreachable("a value without a row in its table");
}

template <typename Plan, typename Dialect, size_t N>
Plan inPlan(const std::pair<Plan, Dialect> (&table)[N], Dialect value) {
  for (const auto &[plan, dialect] : table)
    if (dialect == value)
      return plan;
  llvm_unreachable("a value without a row in its table");
}

} // namespace

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

static lm::PlaceAttr attributeOf(MLIRContext *context, const Place &place) {
  const plan::Partition &part = place.partition;
  return lm::PlaceAttr::get(context, place.phase, place.phaseName, inDialect(kShares, part.share), part.units,
                            part.unitColumns, part.firstUnit);
}

void setStep(Operation *step, StringRef role, const Place &decode, const Place &prefill) {
  MLIRContext *context = step->getContext();
  LmDialect::StepAttrHelper(context).setAttr(
      step, lm::StepAttr::get(context, role, attributeOf(context, decode), attributeOf(context, prefill)));
}

static lm::StepAttr stepAttribute(Operation *step) {
  return LmDialect::StepAttrHelper(step->getContext()).getAttr(step);
}

std::optional<Place> getPlace(Operation *step, Route route) {
  lm::StepAttr attribute = stepAttribute(step);
  if (!attribute)
    return std::nullopt;
  lm::PlaceAttr place = route == Route::Decode ? attribute.getDecode() : attribute.getPrefill();
  return Place{place.getPhase(),
               place.getName().str(),
               {inPlan(kShares, place.getShare()), place.getUnits(), place.getFirstUnit(), place.getUnitColumns()}};
}

std::string getRole(Operation *step) {
  lm::StepAttr attribute = stepAttribute(step);
  return attribute ? attribute.getRole().str() : "";
}

//===----------------------------------------------------------------------===//
// Views
//===----------------------------------------------------------------------===//

void setViews(Operation *step, const StepViews &views, const std::vector<plan::BufferPlan> &buffers) {
  MLIRContext *context = step->getContext();
  auto attribute = [&](const plan::View &view) {
    return lm::ViewAttr::get(context, buffers[view.buffer].name, view.first, view.columns);
  };
  SmallVector<lm::ViewAttr> in = llvm::map_to_vector(views.in, attribute);
  lm::ViewAttr out = views.out.columns ? attribute(views.out) : lm::ViewAttr();
  LmDialect::ViewsAttrHelper(context).setAttr(step, lm::ViewsAttr::get(context, in, out));
}

static std::optional<plan::View> viewOf(lm::ViewAttr view, const std::vector<plan::BufferPlan> &buffers) {
  for (size_t i = 0; i < buffers.size(); ++i)
    if (buffers[i].name == view.getBuffer())
      return plan::View{int(i), view.getFirst(), view.getColumns()};
  return std::nullopt;
}

std::optional<StepViews> getViews(Operation *step, const std::vector<plan::BufferPlan> &buffers) {
  lm::ViewsAttr attribute = LmDialect::ViewsAttrHelper(step->getContext()).getAttr(step);
  if (!attribute)
    return std::nullopt;
  StepViews views;
  for (lm::ViewAttr in : attribute.getIn()) {
    std::optional<plan::View> view = viewOf(in, buffers);
    if (!view)
      return std::nullopt;
    views.in.push_back(*view);
  }
  if (!attribute.getOut())
    return views;
  std::optional<plan::View> out = viewOf(attribute.getOut(), buffers);
  if (!out)
    return std::nullopt;
  views.out = *out;
  return views;
}

//===----------------------------------------------------------------------===//
// The arena
//===----------------------------------------------------------------------===//

void setArena(ModuleOp module, const Arena &arena) {
  MLIRContext *context = module.getContext();
  SmallVector<lm::BufferAttr> buffers;
  for (const plan::BufferPlan &buffer : arena.buffers)
    buffers.push_back(lm::BufferAttr::get(context, buffer.name, inDialect(kElements, buffer.element), buffer.columns,
                                          buffer.offset, buffer.perToken, buffer.privateInDecode));
  LmDialect::ArenaAttrHelper(context).setAttr(module, lm::ArenaAttr::get(context, arena.chunk, arena.bytes, buffers));
}

std::optional<Arena> getArena(ModuleOp module) {
  lm::ArenaAttr attribute = LmDialect::ArenaAttrHelper(module.getContext()).getAttr(module);
  if (!attribute)
    return std::nullopt;
  Arena arena{{}, attribute.getChunk(), attribute.getBytes()};
  for (lm::BufferAttr buffer : attribute.getBuffers()) {
    plan::BufferPlan &row = arena.buffers.emplace_back();
    row.name = buffer.getName().str();
    row.element = inPlan(kElements, buffer.getElement());
    row.columns = buffer.getColumns();
    row.privateInDecode = buffer.getPrivateInDecode();
    row.perToken = buffer.getPerToken();
    row.offset = buffer.getOffset();
  }
  return arena;
}

} // namespace weebill::passes
