//===- WeightPlans.cpp - Fields of the weights in reading order -----------===//

#include "compiler/planner/WeightPlans.h"

using namespace mlir;
namespace weebill::planner {
using namespace weebill::lm;

namespace {

plan::WeightKind kindOf(WeightOp weight) {
  if (weight.getTensorType().getRank() == 1)
    return plan::WeightKind::Vector;
  switch (weight.getStorage()) {
  case Storage::Int8:
    return plan::WeightKind::MatrixInt8;
  case Storage::F16:
    return plan::WeightKind::MatrixF16;
  case Storage::F32:
    return plan::WeightKind::MatrixF32;
  }
  llvm_unreachable("all storages are covered");
}

plan::WeightPlan planOf(Operation *step, const passes::WeightField &field) {
  plan::WeightPlan plan;
  plan.arrangement = field.arrangement;
  for (FlatSymbolRefAttr symbol : field.symbols) {
    auto weight = SymbolTable::lookupNearestSymbolFrom<WeightOp>(step, symbol);
    plan.kind = kindOf(weight);
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
