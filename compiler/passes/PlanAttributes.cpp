//===- PlanAttributes.cpp - Planning's results on ops ---------------------===//

#include "compiler/passes/PlanAttributes.h"

using namespace mlir;
namespace weebill::passes {

namespace {

constexpr StringLiteral kInAttribute = "lm.in", kOutAttribute = "lm.out", kBuffersAttribute = "lm.buffers";

constexpr std::pair<plan::Share, StringLiteral> kShares[] = {{plan::Share::Columns, "columns"},
                                                             {plan::Share::Heads, "heads"},
                                                             {plan::Share::Tokens, "tokens"},
                                                             {plan::Share::Every, "every"}};
constexpr std::pair<plan::Element, StringLiteral> kElements[] = {{plan::Element::F32, "f32"},
                                                                 {plan::Element::F16, "f16"},
                                                                 {plan::Element::I8, "i8"},
                                                                 {plan::Element::U8, "u8"},
                                                                 {plan::Element::I32, "i32"}};

template <typename T, size_t N> StringRef nameOf(const std::pair<T, StringLiteral> (&table)[N], T value) {
  for (const auto &[key, name] : table)
    if (key == value)
      return name;
  llvm_unreachable("a value without a row in its table");
}

template <typename T, size_t N> std::optional<T> byName(const std::pair<T, StringLiteral> (&table)[N], StringRef name) {
  for (const auto &[key, text] : table)
    if (text == name)
      return key;
  return std::nullopt;
}

/// Reads a dictionary's entries and notes when one is missing.
struct Entries {
  DictionaryAttr dictionary;
  bool complete = true;

  int64_t integer(StringRef name) {
    auto value = dictionary.getAs<IntegerAttr>(name);
    complete &= value != nullptr;
    return value ? value.getInt() : 0;
  }
  StringRef text(StringRef name) {
    auto value = dictionary.getAs<StringAttr>(name);
    complete &= value != nullptr;
    return value ? value.getValue() : "";
  }
};

StringRef attributeOf(Route route) { return route == Route::Decode ? "lm.decode" : "lm.prefill"; }

} // namespace

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

void setPlace(Operation *step, Route route, const Place &place) {
  Builder b(step->getContext());
  SmallVector<NamedAttribute> entries = {
      b.getNamedAttr("name", b.getStringAttr(place.phaseName)),
      b.getNamedAttr("phase", b.getI64IntegerAttr(place.phase)),
      b.getNamedAttr("share", b.getStringAttr(nameOf(kShares, place.partition.share))),
  };
  if (place.partition.units) // columns are dealt out
    entries.append({b.getNamedAttr("first_unit", b.getI64IntegerAttr(place.partition.firstUnit)),
                    b.getNamedAttr("unit_columns", b.getI64IntegerAttr(place.partition.unitColumns)),
                    b.getNamedAttr("units", b.getI64IntegerAttr(place.partition.units))});
  step->setAttr(attributeOf(route), b.getDictionaryAttr(entries));
}

std::optional<Place> getPlace(Operation *step, Route route) {
  Entries entries{step->getAttrOfType<DictionaryAttr>(attributeOf(route))};
  if (!entries.dictionary)
    return std::nullopt;
  std::optional<plan::Share> share = byName(kShares, entries.text("share"));
  if (!share)
    return std::nullopt;

  Place place{entries.integer("phase"), entries.text("name").str(), {}};
  place.partition.share = *share;
  if (*share == plan::Share::Columns || *share == plan::Share::Heads) {
    place.partition.units = entries.integer("units");
    place.partition.firstUnit = entries.integer("first_unit");
    place.partition.unitColumns = entries.integer("unit_columns");
  } else {
    place.partition.unitColumns = 0;
  }
  return entries.complete ? std::optional(place) : std::nullopt;
}

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

static Attribute viewAttribute(Builder &b, const plan::View &view, const std::vector<plan::BufferPlan> &buffers) {
  return b.getArrayAttr(
      {b.getStringAttr(buffers[view.buffer].name), b.getI64IntegerAttr(view.first), b.getI64IntegerAttr(view.columns)});
}

static std::optional<plan::View> viewOf(Attribute attribute, const std::vector<plan::BufferPlan> &buffers) {
  auto parts = dyn_cast_if_present<ArrayAttr>(attribute);
  if (!parts || parts.size() != 3 || !isa<StringAttr>(parts[0]) || !isa<IntegerAttr>(parts[1]) ||
      !isa<IntegerAttr>(parts[2]))
    return std::nullopt;
  for (size_t i = 0; i < buffers.size(); ++i)
    if (buffers[i].name == cast<StringAttr>(parts[0]).getValue())
      return plan::View{int(i), cast<IntegerAttr>(parts[1]).getInt(), cast<IntegerAttr>(parts[2]).getInt()};
  return std::nullopt;
}

void setViews(Operation *step, const StepViews &views, const std::vector<plan::BufferPlan> &buffers) {
  Builder b(step->getContext());
  SmallVector<Attribute> in;
  for (const plan::View &view : views.in)
    in.push_back(viewAttribute(b, view, buffers));
  step->setAttr(kInAttribute, b.getArrayAttr(in));
  if (views.out.columns)
    step->setAttr(kOutAttribute, viewAttribute(b, views.out, buffers));
}

std::optional<StepViews> getViews(Operation *step, const std::vector<plan::BufferPlan> &buffers) {
  auto in = step->getAttrOfType<ArrayAttr>(kInAttribute);
  if (!in)
    return std::nullopt;
  StepViews views;
  for (Attribute attribute : in) {
    std::optional<plan::View> view = viewOf(attribute, buffers);
    if (!view)
      return std::nullopt;
    views.in.push_back(*view);
  }
  if (step->getNumResults() == 0)
    return views;
  std::optional<plan::View> out = viewOf(step->getAttr(kOutAttribute), buffers);
  if (!out)
    return std::nullopt;
  views.out = *out;
  return views;
}

void setBuffers(ModuleOp module, const std::vector<plan::BufferPlan> &buffers) {
  Builder b(module.getContext());
  SmallVector<Attribute> list;
  for (const plan::BufferPlan &buffer : buffers)
    list.push_back(b.getDictionaryAttr({
        b.getNamedAttr("name", b.getStringAttr(buffer.name)),
        b.getNamedAttr("element", b.getStringAttr(nameOf(kElements, buffer.element))),
        b.getNamedAttr("columns", b.getI64IntegerAttr(buffer.columns)),
        b.getNamedAttr("offset", b.getI64IntegerAttr(buffer.offset)),
        b.getNamedAttr("per_token", b.getI64IntegerAttr(buffer.perToken)),
        b.getNamedAttr("private_in_decode", b.getI64IntegerAttr(buffer.privateInDecode)),
    }));
  module->setAttr(kBuffersAttribute, b.getArrayAttr(list));
}

std::optional<std::vector<plan::BufferPlan>> getBuffers(ModuleOp module) {
  auto list = module->getAttrOfType<ArrayAttr>(kBuffersAttribute);
  if (!list)
    return std::nullopt;
  std::vector<plan::BufferPlan> buffers;
  for (Attribute attribute : list) {
    Entries entries{dyn_cast<DictionaryAttr>(attribute)};
    if (!entries.dictionary)
      return std::nullopt;
    std::optional<plan::Element> element = byName(kElements, entries.text("element"));
    plan::BufferPlan buffer;
    buffer.name = entries.text("name").str();
    buffer.columns = entries.integer("columns");
    buffer.offset = entries.integer("offset");
    buffer.perToken = entries.integer("per_token");
    buffer.privateInDecode = entries.integer("private_in_decode");
    if (!element || !entries.complete)
      return std::nullopt;
    buffer.element = *element;
    buffers.push_back(buffer);
  }
  return buffers;
}

} // namespace weebill::passes
