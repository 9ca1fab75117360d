//===- WeightPlans.cpp - Fields of the weights in reading order -----------===//

#include "compiler/planner/WeightPlans.h"

#include "codegen/formats/Formats.h"

#include <stdexcept>

using namespace mlir;
namespace weebill::planner {
using namespace weebill::lm;

namespace {

/// A storage of the dialect is the matrix format of that name.
const formats::WeightFormat *formatOf(WeightOp weight, Storage storage) {
  if (weight.getTensorType().getRank() == 1)
    return &formats::kVector;
  StringRef name = stringifyStorage(storage);
  if (const formats::WeightFormat *format = formats::findMatrixFormat({name.data(), name.size()}))
    return format;
  throw std::logic_error("there is no weight format " + name.str());
}

WeightOp weightOf(Operation *step, FlatSymbolRefAttr symbol) {
  return SymbolTable::lookupNearestSymbolFrom<WeightOp>(step, symbol);
}

/// The field of what is stored so; blocks that store it otherwise have no parts.
plan::WeightPlan planOf(Operation *step, const passes::WeightField &field, Storage storage) {
  plan::WeightPlan plan;
  plan.arrangement = field.arrangement;
  for (FlatSymbolRefAttr symbol : field.symbols) {
    WeightOp weight = weightOf(step, symbol);
    plan.format = formatOf(weight, storage); // of all parts: lm-check-emittable has seen to it
    plan.columns = weight.getColumns();
    plan.partRows.push_back(weight.getRows());
    plan.perBlock = weight.getPerBlock();
    plan.sources.resize(weight.getSources().size());
    for (auto [block, source] : llvm::enumerate(weight.getSources().getAsRange<StringAttr>()))
      if (weight.isIn(block) && weight.getStorageOf(block) == storage)
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

  auto [found, isNew] = indicesOf.try_emplace(key);
  if (isNew) {
    const SmallVector<Storage> storages = weightOf(step, field.symbols.front()).getDistinctStorages();
    for (Storage storage : storages) {
      found->second.push_back(int(plans.size()));
      plans.push_back(planOf(step, field, storage));
      plans.back().name = freeName(storages.size() == 1 ? role : role + "_" + plans.back().format->name);
    }
  }
  return found->second;
}

std::string WeightPlans::freeName(const std::string &wanted) {
  std::string name = wanted;
  for (int number = 2; !names.insert(name).second; ++number)
    name = wanted + "_" + std::to_string(number);
  return name;
}

} // namespace weebill::planner
