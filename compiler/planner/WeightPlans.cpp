//===- WeightPlans.cpp - Fields of the weights in reading order -----------===//

#include "compiler/planner/WeightPlans.h"

#include "codegen/formats/Formats.h"

#include <stdexcept>

using namespace mlir;
namespace weebill::planner {
using namespace weebill::lm;

namespace {

/// A storage of the dialect is the matrix format of that name.
const formats::WeightFormat *formatOf(WeightOp weight) {
  if (weight.getTensorType().getRank() == 1)
    return &formats::kVector;
  StringRef name = stringifyStorage(weight.getStorage());
  if (const formats::WeightFormat *format = formats::findMatrixFormat({name.data(), name.size()}))
    return format;
  throw std::logic_error("there is no weight format " + name.str());
}

plan::WeightPlan planOf(Operation *step, const passes::WeightField &field) {
  plan::WeightPlan plan;
  plan.arrangement = field.arrangement;
  for (FlatSymbolRefAttr symbol : field.symbols) {
    auto weight = SymbolTable::lookupNearestSymbolFrom<WeightOp>(step, symbol);
    plan.format = formatOf(weight); // of all parts: lm-check-emittable has seen to it
    plan.columns = weight.getColumns();
    plan.partRows.push_back(weight.getRows());
    plan.perBlock = weight.getPerBlock();
    plan.sources.resize(weight.getSources().size());
    for (auto [block, source] : llvm::enumerate(weight.getSources().getAsRange<StringAttr>()))
      plan.sources[block].push_back(source.str());
  }
  return plan;
}

} // namespace

std::vector<int> WeightPlans::indicesFor(Operation *step, const passes::WeightField &field, const std::string &role) {
  if (field.symbols.empty())
    return {};
  std::vector<std::string> key = {field.arrangement == plan::Arrangement::Stacked ? "stacked" : "alternating"};
  for (FlatSymbolRefAttr symbol : field.symbols)
    key.push_back(symbol.getValue().str());

  auto [found, isNew] = indexOf.try_emplace(key, int(plans.size()));
  if (isNew) {
    plans.push_back(planOf(step, field));
    std::string name = role;
    for (int number = 2; !names.insert(name).second; ++number)
      name = role + "_" + std::to_string(number);
    plans.back().name = name;
  }
  return {found->second};
}

} // namespace weebill::planner
