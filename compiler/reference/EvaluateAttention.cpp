//===- EvaluateAttention.cpp - Ops that attend, and the cache -------------===//
//
// Tested by tests/unit/compiler/reference/InterpreterTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/reference/DoubleArithmetic.h"
#include "compiler/reference/Evaluation.h"
#include "compiler/reference/ExactArithmetic.h"

using namespace mlir;
namespace weebill::reference {

static Kept keptAs(lm::CacheElement element) {
  switch (element) {
  case lm::CacheElement::F16:
    return Kept::Half;
  case lm::CacheElement::F32:
    return Kept::AsTheyAre;
  case lm::CacheElement::Int8:
    return Kept::Codes;
  }
  llvm_unreachable("all elements are covered");
}

template <typename A> void Evaluation<A>::evaluate(lm::AttentionOp op) {
  KeyValues<A> &state = keyValues(op);
  state.append(rows[op.getKey()], rows[op.getValue()], op.getKeyValueHeads(), Kept::AsTheyAre);
  rows[op.getOutput()] = state.attend(rows[op.getQuery()], op.getHeads(), op.getWindowOf(block));
}

template <typename A> void Evaluation<A>::evaluate(lm::CacheAppendOp op) {
  auto cache = SymbolTable::lookupNearestSymbolFrom<lm::CacheOp>(op, op.getCacheAttr());
  if (visit >= int64_t(cache.getVisits()))
    throw importer::InputError("cache @" + cache.getSymName().str() + " has room for " +
                               std::to_string(cache.getVisits()) + " visits, the schedule has more");
  KeyValues<A> &state = keyValues(cache);
  int64_t positions = state.positions() + int64_t(tokens.size());
  if (positions > int64_t(cache.getPositions()))
    throw importer::InputError("cache @" + cache.getSymName().str() + " has room for " +
                               std::to_string(cache.getPositions()) + " positions, " + std::to_string(positions) +
                               " are needed");
  state.append(rows[op.getKey()], rows[op.getValue()], cache.getKeyValueHeads(), keptAs(cache.getElement()));
}

template <typename A> void Evaluation<A>::evaluate(lm::CachedAttentionOp op) {
  auto cache = SymbolTable::lookupNearestSymbolFrom<lm::CacheOp>(op, op.getCacheAttr());
  rows[op.getOutput()] = keyValues(cache).attend(rows[op.getQuery()], op.getHeads(), op.getWindowOf(block));
}

template <typename A> std::vector<CacheContents> Evaluation<A>::cacheContents() const {
  std::vector<CacheContents> contents(caches.size() + convolved.size()); // one owner for each visit
  for (const auto &[ownerAndVisit, held] : caches)
    contents.at(size_t(ownerAndVisit.second)) = held.contents();
  for (const auto &[ownerAndVisit, held] : convolved)
    contents.at(size_t(ownerAndVisit.second)).rows.assign(held.values.begin(), held.values.end());
  return contents;
}

template std::vector<CacheContents> Evaluation<ExactArithmetic>::cacheContents() const;
template std::vector<CacheContents> Evaluation<DoubleArithmetic>::cacheContents() const;
template void Evaluation<ExactArithmetic>::evaluate(lm::AttentionOp);
template void Evaluation<ExactArithmetic>::evaluate(lm::CacheAppendOp);
template void Evaluation<ExactArithmetic>::evaluate(lm::CachedAttentionOp);
template void Evaluation<DoubleArithmetic>::evaluate(lm::AttentionOp);
template void Evaluation<DoubleArithmetic>::evaluate(lm::CacheAppendOp);
template void Evaluation<DoubleArithmetic>::evaluate(lm::CachedAttentionOp);

} // namespace weebill::reference
