//===- StepModels.cpp - The model of every op -----------------------------===//
//
// Walks the dialect's own list of ops, so that an op without a model does not compile. The models are in steps/, one
// file for each way of sharing work out.
//
//===----------------------------------------------------------------------===//

#include "compiler/passes/StepModel.h"
#include "compiler/passes/steps/AttentionSteps.h"
#include "compiler/passes/steps/ElementSteps.h"
#include "compiler/passes/steps/HeadSteps.h"
#include "compiler/passes/steps/MatrixSteps.h"
#include "compiler/passes/steps/RowSteps.h"

#include "llvm/ADT/DenseMap.h"

using namespace mlir;
namespace weebill::passes {

namespace steps {

/// Ops that no thread runs.
template <> struct Model<lm::WeightOp> : NoStep {};
template <> struct Model<lm::CacheOp> : NoStep {};
template <> struct Model<lm::RepeatOp> : NoStep {};
template <> struct Model<lm::YieldOp> : NoStep {};
template <> struct Model<lm::AttentionOp> : NoStep {}; // lm-place-cache makes two steps of it

} // namespace steps

namespace {

using Table = llvm::DenseMap<TypeID, const StepModel *>;

template <typename Op> void add(Table &table) {
  if constexpr (!std::is_base_of_v<steps::NoStep, steps::Model<Op>>) {
    static const steps::Model<Op> model;
    table.try_emplace(TypeID::get<Op>(), &model);
  }
}

template <typename... Ops> Table tableOf() {
  Table table;
  (add<Ops>(table), ...);
  return table;
}

} // namespace

const StepModel *stepModelOf(Operation *op) {
  static const Table table = tableOf<
#define GET_OP_LIST
#include "dialects/lm/LmOps.cpp.inc"
      >();
  return table.lookup(op->getName().getTypeID());
}

} // namespace weebill::passes
