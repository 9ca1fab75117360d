//===- LmAttentionOps.cpp - Verifiers of positions and attention ----------===//
//
// Tested by tests/lit/dialect/invalid-attention.mlir.
//
//===----------------------------------------------------------------------===//

#include "dialects/lm/LmOps.h"

using namespace mlir;
using namespace weebill::lm;

LogicalResult RopeOp::verify() {
  int64_t columns = columnsOf(getInput().getType()), heads = getHeads();
  if (heads <= 0 || columns % heads != 0) // (C1)
    return emitOpError("heads ") << heads << " is not a positive divisor of " << columns << " columns";
  if (getHeadSize() % 2 != 0) // (C2)
    return emitOpError("head size ") << getHeadSize() << " (" << columns << " columns / " << heads
                                     << " heads) is not even";
  APFloat theta = getTheta();
  if (!theta.isFinite() || theta.isNegative() || theta.isZero()) // (C3)
    return emitOpError("theta is ") << theta.convertToDouble() << ", not positive";
  return success();
}

LogicalResult AttentionOp::verify() {
  int64_t heads = getHeads(), keyValueHeads = getKeyValueHeads();
  if (heads <= 0 || keyValueHeads <= 0 || heads % keyValueHeads != 0) // (C1)
    return emitOpError("key_value_heads ") << keyValueHeads << " is not a positive divisor of heads " << heads;

  int64_t queryColumns = columnsOf(getQuery().getType());
  if (queryColumns % heads != 0) // (C2)
    return emitOpError("heads ") << heads << " does not divide the query's " << queryColumns << " columns";

  int64_t headSize = queryColumns / heads;
  for (auto [name, value] : {std::pair<StringRef, Value>{"key", getKey()}, {"value", getValue()}}) {
    int64_t columns = columnsOf(value.getType());
    if (columns != keyValueHeads * headSize) // (C3)
      return emitOpError() << name << " has " << columns << " columns, not " << keyValueHeads * headSize << " ("
                           << keyValueHeads << " key_value_heads of size " << headSize << ")";
  }

  if (getOutput().getType() != getQuery().getType()) // (C4)
    return emitOpError("output is ") << getOutput().getType() << " but query is " << getQuery().getType();
  return success();
}
