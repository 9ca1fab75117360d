//===- ColumnShares.cpp - Columns of a result as units --------------------===//

#include "compiler/passes/ColumnShares.h"

#include "codegen/plan/Contract.h"
#include "compiler/passes/HeadSteps.h"

using namespace mlir;
namespace weebill::passes {
using namespace weebill::lm;

namespace {

/// Rows of a matrix lie in blocks of 16; a unit is never smaller.
using plan::kRowBlock;

plan::Partition rows(int64_t units, int64_t firstUnit, int64_t unitColumns) {
  return {plan::Share::Columns, units, firstUnit, unitColumns};
}

int64_t columnsOfResults(Operation *step) {
  int64_t columns = 0;
  for (Value result : step->getResults())
    columns += lm::columnsOf(result.getType());
  return columns;
}

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

/// The same of all results of a step; 0 too if a head is not whole blocks.
int64_t blockedHeadSize(Operation *step) {
  for (Value result : step->getResults())
    if (int64_t headSize = attentionHeadSize(result))
      return headSize % kRowBlock ? 0 : headSize;
  return 0;
}

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

} // namespace

QkvOp projectionOf(Value value) { return projectedFor(value).getDefiningOp<QkvOp>(); }

plan::Partition inRowBlocks(Operation *step) {
  return rows((columnsOfResults(step) + kRowBlock - 1) / kRowBlock, 0, kRowBlock);
}

plan::Partition towardsAttention(Operation *step) {
  int64_t headSize = blockedHeadSize(step);
  return headSize ? rows(columnsOfResults(step) / headSize, 0, headSize) : inRowBlocks(step);
}

plan::Partition inHeads(Operation *step, int64_t headSize) {
  Value result = step->getResult(0), made = projectedFor(result);
  if (auto qkv = made.getDefiningOp<QkvOp>())
    return partitionOfQkv(qkv, made, headSize);
  return rows(lm::columnsOf(result.getType()) / headSize, 0, headSize);
}

plan::Partition withHeadsIfAny(Operation *step) {
  int64_t headSize = blockedHeadSize(step);
  return headSize ? inHeads(step, headSize) : inRowBlocks(step);
}

plan::Partition keysAndValues(CacheAppendOp append) {
  auto cache = SymbolTable::lookupNearestSymbolFrom<CacheOp>(append, append.getCacheAttr());
  int64_t headSize = cache.getHeadSize();
  QkvOp keys = projectionOf(append.getKey()), values = projectionOf(append.getValue());
  // One matrix: whoever owns a head's unit appends it. Key and value of a head may then have different owners.
  if (keys && keys == values && projectedFor(append.getValue()) == keys.getValue())
    return partitionOfQkv(keys, keys.getKey(), headSize);
  return rows(cache.getKeyValueHeads(), 0, headSize);
}

plan::Partition headGroups(CachedAttentionOp attention) {
  auto cache = SymbolTable::lookupNearestSymbolFrom<CacheOp>(attention, attention.getCacheAttr());
  int64_t group = attention.getHeads() / cache.getKeyValueHeads();
  return {plan::Share::Heads, int64_t(cache.getKeyValueHeads()), 0, group * int64_t(cache.getHeadSize())};
}

} // namespace weebill::passes
