//===- Partitions.cpp - Which thread touches what -------------------------===//

#include "compiler/passes/Partitions.h"

#include "codegen/plan/StepKinds.h"
#include "compiler/passes/ColumnShares.h"
#include "compiler/passes/StepModel.h"

using namespace mlir;
namespace weebill::passes {
using namespace weebill::lm;

namespace {

Owner ownerOf(const plan::Partition &partition, int64_t firstColumn) {
  switch (partition.share) {
  case plan::Share::Every:
    return {Owner::Everyone, 0, 0, 0};
  case plan::Share::Tokens:
    return {Owner::Tokens, 0, 0, 0};
  case plan::Share::Columns:
  case plan::Share::Heads:
    return {Owner::Columns, partition.units, partition.unitColumns,
            firstColumn - partition.firstUnit * partition.unitColumns};
  }
  llvm_unreachable("all shares are covered");
}

} // namespace

//===----------------------------------------------------------------------===//
// Accesses
//===----------------------------------------------------------------------===//

bool Access::conflictsWith(const Access &other) const {
  bool overlap = storage == other.storage && first < other.first + other.columns && other.first < first + columns;
  bool sameThread = owner == other.owner && owner.kind != Owner::Everyone;
  return overlap && (writes || other.writes) && !sameThread;
}

std::vector<Access> accessesOf(Operation *step, const plan::Partition &partition, const Storages &storages) {
  std::vector<Access> accesses;
  auto touch = [&](std::optional<plan::View> view, bool writes, Owner owner) {
    if (view)
      accesses.push_back({view->buffer, view->first, view->columns, writes, owner});
  };
  auto own = [&](std::optional<plan::View> view, plan::Partition part) {
    return ownerOf(part, view ? view->first : 0);
  };

  // Who claims nothing reads everything: a barrier too many, where one too few would be a race.
  const StepModel *model = stepModelOf(step);
  const plan::CacheUse cache = model ? plan::info(model->kind()).cache : plan::CacheUse::None;
  for (OpOperand &operand : step->getOpOperands()) {
    std::optional<plan::View> view = storages.viewOf(operand.get());
    bool whole = !model || model->reads(operand.getOperandNumber()) == Reads::Whole;
    plan::Partition part = partition;
    if (cache == plan::CacheUse::Writes && operand.getOperandNumber() == 1 && projectionOf(operand.get()) &&
        part.units * part.unitColumns != lm::columnsOf(operand.get().getType()))
      part.firstUnit += lm::columnsOf(operand.get().getType()) / part.unitColumns; // values are behind the keys
    touch(view, false, whole ? Owner() : own(view, part));
  }
  std::optional<plan::View> out = storages.outputOf(step);
  touch(out, true, own(out, partition));

  // Whose part of the cache is whose is left open: attention over what the same phase has appended always waits.
  if (cache == plan::CacheUse::Reads || cache == plan::CacheUse::Writes)
    accesses.push_back({kCacheStorage, 0, 1, cache == plan::CacheUse::Writes, Owner()});
  return accesses;
}

} // namespace weebill::passes
