//===- StepModels.cpp - The model of every op -----------------------------===//
//
// Walks the dialect's own list of ops, so that an op without a model does not compile. The models are in files of
// their own, one for each way of sharing work out.
//
//===----------------------------------------------------------------------===//

#include "compiler/passes/AttentionSteps.h"
#include "compiler/passes/ConvolutionSteps.h"
#include "compiler/passes/ElementSteps.h"
#include "compiler/passes/HeadChanges.h"
#include "compiler/passes/MatrixSteps.h"
#include "compiler/passes/RowSteps.h"
#include "compiler/passes/StepModel.h"

#include "llvm/ADT/DenseMap.h"

using namespace mlir;
namespace weebill::passes {

/// Ops that no thread runs.
template <> struct ModelOf<lm::WeightOp> : NoStep {};
template <> struct ModelOf<lm::CacheOp> : NoStep {};
template <> struct ModelOf<lm::RepeatOp> : NoStep {};
template <> struct ModelOf<lm::YieldOp> : NoStep {};
template <> struct ModelOf<lm::AttentionOp> : NoStep {}; // lm-place-cache makes two steps of it
template <> struct ModelOf<lm::EitherOp> : NoStep {};

namespace {

using Table = llvm::DenseMap<TypeID, const StepModel *>;

template <typename Op> void add(Table &table) {
  if constexpr (!std::is_base_of_v<NoStep, ModelOf<Op>>) {
    static const ModelOf<Op> model;
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
