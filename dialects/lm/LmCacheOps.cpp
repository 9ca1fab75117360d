//===- LmCacheOps.cpp - Verifiers of attention over a cache ---------------===//
//
// Tested by tests/lit/dialect/invalid-cache.mlir.
//
//===----------------------------------------------------------------------===//

#include "dialects/lm/BlockNumbers.h"

using namespace mlir;
using namespace weebill::lm;

/// The lm.cache that `name` means; emits the error and returns null when there is none.
static CacheOp lookupCache(Operation *user, FlatSymbolRefAttr name, SymbolTableCollection &symbols) {
  Operation *symbol = symbols.lookupNearestSymbolFrom(user, name);
  if (auto cache = dyn_cast_or_null<CacheOp>(symbol))
    return cache;
  if (!symbol) {
    user->emitOpError() << "cache " << name << " is not declared in this module";
    return {};
  }
  InFlightDiagnostic diagnostic = user->emitOpError() << "cache " << name << " is not an lm.cache";
  diagnostic.attachNote(symbol->getLoc()) << name << " is declared here";
  return {};
}

/// `role` has as many columns as `heads` heads of the cache.
static LogicalResult verifyColumns(Operation *user, StringRef role, Value rows, int64_t heads, StringRef headsName,
                                   CacheOp cache) {
  int64_t columns = columnsOf(rows.getType()), expected = heads * cache.getHeadSize();
  if (columns == expected)
    return success();
  InFlightDiagnostic diagnostic = user->emitOpError()
                                  << role << " has " << columns << " columns, not " << expected << " (" << heads << " "
                                  << headsName << " of size " << cache.getHeadSize() << ")";
  diagnostic.attachNote(cache.getLoc()) << "@" << cache.getSymName() << " is declared here";
  return diagnostic;
}

LogicalResult CacheAppendOp::verifySymbolUses(SymbolTableCollection &symbols) {
  CacheOp cache = lookupCache(*this, getCacheAttr(), symbols); // (C1)
  if (!cache)
    return failure();
  if (failed(verifyColumns(*this, "key", getKey(), cache.getKeyValueHeads(), "key_value_heads", cache))) // (C2)
    return failure();
  return verifyColumns(*this, "value", getValue(), cache.getKeyValueHeads(), "key_value_heads", cache); // (C2)
}

LogicalResult CachedAttentionOp::verify() {
  if (getOutput().getType() != getQuery().getType()) // (C4)
    return emitOpError("output is ") << getOutput().getType() << " but query is " << getQuery().getType();
  return verifyBlockWindows(*this, getBlockWindows()); // (C5)
}

LogicalResult CachedAttentionOp::verifySymbolUses(SymbolTableCollection &symbols) {
  CacheOp cache = lookupCache(*this, getCacheAttr(), symbols); // (C1)
  if (!cache)
    return failure();
  int64_t heads = getHeads(), keyValueHeads = cache.getKeyValueHeads();
  if (heads <= 0 || heads % keyValueHeads != 0) { // (C2)
    InFlightDiagnostic diagnostic = emitOpError("heads ")
                                    << heads << " is not a positive multiple of key_value_heads " << keyValueHeads;
    diagnostic.attachNote(cache.getLoc()) << getCacheAttr() << " is declared here";
    return diagnostic;
  }
  return verifyColumns(*this, "query", getQuery(), heads, "heads", cache); // (C3)
}
