//===- Partitions.cpp - Which thread touches what -------------------------===//

#include "compiler/passes/Partitions.h"

#include "compiler/passes/HeadSteps.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
namespace weebill::passes {
using namespace weebill::lm;

namespace {

/// Rows of a matrix lie in blocks of 16; a unit is never smaller.
constexpr int64_t kRowBlock = 16;

plan::Partition rows(int64_t units, int64_t firstUnit, int64_t unitRows) {
  return {plan::Share::Rows, units, firstUnit, unitRows};
}

//===----------------------------------------------------------------------===//
// Heads
//===----------------------------------------------------------------------===//

/// The size of the heads that attention will read from a value, directly or through head steps; 0 if it does not.
int64_t attentionHeadSize(Value value) {
  for (Operation *user : value.getUsers()) {
    if (auto attention = dyn_cast<CachedAttentionOp>(user))
      return lm::columnsOf(value.getType()) / attention.getHeads();
    if (auto append = dyn_cast<CacheAppendOp>(user))
      if (auto cache = SymbolTable::lookupNearestSymbolFrom<CacheOp>(append, append.getCacheAttr()))
        return cache.getHeadSize();
    if (isHeadStep(user))
      if (int64_t headSize = attentionHeadSize(user->getResult(0)))
        return headSize;
  }
  return 0;
}

/// The lm.qkv that a value comes from, directly or through head steps.
QkvOp projectionOf(Value value) { return projectedFor(value).getDefiningOp<QkvOp>(); }

/// The heads of a qkv matrix's result, in units of the whole matrix.
plan::Partition partitionOfQkv(QkvOp qkv, Value result, int64_t headSize) {
  int64_t columns = 0, first = 0;
  for (Value other : qkv.getResults()) {
    if (other == result)
      first = columns;
    columns += lm::columnsOf(other.getType());
  }
  return rows(columns / headSize, first / headSize, headSize);
}

/// Whole heads, with the owners that the product behind the step has.
plan::Partition partitionOfHeads(Operation *step, int64_t headSize) {
  Value result = step->getResult(0), made = projectedFor(result);
  if (auto qkv = made.getDefiningOp<QkvOp>())
    return partitionOfQkv(qkv, made, headSize);
  return rows(lm::columnsOf(result.getType()) / headSize, 0, headSize);
}

plan::Partition partitionOfAppend(CacheAppendOp append) {
  auto cache = SymbolTable::lookupNearestSymbolFrom<CacheOp>(append, append.getCacheAttr());
  int64_t headSize = cache.getHeadSize();
  QkvOp keys = projectionOf(append.getKey()), values = projectionOf(append.getValue());
  // One matrix: whoever owns a head's unit appends it. Key and value of a head may then have different owners.
  if (keys && keys == values && projectedFor(append.getValue()) == keys.getValue())
    return partitionOfQkv(keys, keys.getKey(), headSize);
  return rows(cache.getKeyValueHeads(), 0, headSize);
}

plan::Partition partitionOfAttention(CachedAttentionOp attention) {
  auto cache = SymbolTable::lookupNearestSymbolFrom<CacheOp>(attention, attention.getCacheAttr());
  int64_t group = attention.getHeads() / cache.getKeyValueHeads();
  return {plan::Share::Heads, int64_t(cache.getKeyValueHeads()), 0, group * int64_t(cache.getHeadSize())};
}

plan::Partition partitionOfColumns(Operation *step) {
  int64_t columns = 0, headSize = 0;
  for (Value result : step->getResults()) {
    columns += lm::columnsOf(result.getType());
    if (!headSize)
      headSize = attentionHeadSize(result);
  }
  // Towards attention a thread owns whole heads, so that RoPE and the cache need no barrier.
  if (isa<LinearOp, QkvOp>(step) && headSize && headSize % kRowBlock == 0)
    return rows(columns / headSize, 0, headSize);
  return rows((columns + kRowBlock - 1) / kRowBlock, 0, kRowBlock);
}

/// Whether a thread reads of an operand only what is its own of the result. Whoever is not listed reads it whole: an op
/// that is forgotten here waits at a barrier too many, not at one too few.
bool readsOwnPart(OpOperand &operand) {
  Operation *step = operand.getOwner();
  if (isa<LinearResidualOp>(step))
    return operand.getOperandNumber() == 1;
  return isRowStep(step) || isHeadStep(step) || isa<CacheAppendOp, SiluOp, MulOp, AddOp>(step);
}

/// Its elements need no other: it goes along with the heads towards attention, elsewhere with the product's rows.
plan::Partition partitionOfBias(AddBiasOp bias) {
  int64_t headSize = attentionHeadSize(bias.getOutput());
  if (headSize && headSize % kRowBlock == 0)
    return partitionOfHeads(bias, headSize);
  return partitionOfColumns(bias);
}

Owner ownerOf(const plan::Partition &partition, int64_t firstColumn) {
  switch (partition.share) {
  case plan::Share::Every:
    return {Owner::Everyone, 0, 0, 0};
  case plan::Share::Tokens:
    return {Owner::Tokens, 0, 0, 0};
  case plan::Share::Rows:
  case plan::Share::Heads:
    return {Owner::Columns, partition.units, partition.unitRows,
            firstColumn - partition.firstUnit * partition.unitRows};
  }
  llvm_unreachable("all shares are covered");
}

} // namespace

plan::Partition columnPartition(Operation *step) {
  return llvm::TypeSwitch<Operation *, plan::Partition>(step)
      .Case<RopeOp, HeadNormOp>([](auto heads) { return partitionOfHeads(heads, heads.getHeadSize()); })
      .Case([](AddBiasOp bias) { return partitionOfBias(bias); })
      .Case([](CacheAppendOp append) { return partitionOfAppend(append); })
      .Case([](CachedAttentionOp attention) { return partitionOfAttention(attention); })
      .Default([](Operation *other) { return partitionOfColumns(other); });
}

bool isRowStep(Operation *step) { return isa<RmsNormOp, QuantizeOp, RmsNormQuantizeOp>(step); }

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

  for (OpOperand &operand : step->getOpOperands()) {
    std::optional<plan::View> view = storages.viewOf(operand.get());
    plan::Partition part = partition;
    if (isa<CacheAppendOp>(step) && operand.getOperandNumber() == 1 && projectionOf(operand.get()) &&
        part.units * part.unitRows != lm::columnsOf(operand.get().getType()))
      part.firstUnit += lm::columnsOf(operand.get().getType()) / part.unitRows; // values are behind the keys
    touch(view, false, readsOwnPart(operand) ? own(view, part) : Owner());
  }
  std::optional<plan::View> out = storages.outputOf(step);
  touch(out, true, own(out, partition));

  // Whose part of the cache is whose is left open: attention over what the same phase has appended always waits.
  if (isa<CacheAppendOp, CachedAttentionOp>(step))
    accesses.push_back({kCacheStorage, 0, 1, isa<CacheAppendOp>(step), Owner()});
  return accesses;
}

} // namespace weebill::passes
