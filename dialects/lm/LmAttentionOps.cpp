//===- LmAttentionOps.cpp - Verifiers of positions and attention ----------===//
//
// Tested by tests/lit/dialect/invalid-attention.mlir.
//
//===----------------------------------------------------------------------===//

#include "dialects/lm/BlockNumbers.h"
#include "dialects/lm/WeightChecks.h"

#include <cmath>

using namespace mlir;
using namespace weebill::lm;

/// (C1) of lm.rope and lm.head_norm.
static LogicalResult verifyHeads(Operation *op, int64_t heads, int64_t columns) {
  if (heads <= 0 || columns % heads != 0)
    return op->emitOpError("heads ") << heads << " is not a positive divisor of " << columns << " columns";
  return success();
}

static bool isPositive(const APFloat &value) { return value.isFinite() && !value.isNegative() && !value.isZero(); }

//===----------------------------------------------------------------------===//
// lm.rope
//===----------------------------------------------------------------------===//

/// (C5)
static LogicalResult verifyBlockThetas(RopeOp rope, ArrayRef<double> thetas) {
  if (failed(verifyBlockCount(rope, thetas.size(), "theta")))
    return failure();
  for (double theta : thetas)
    if (!(theta >= 0) || std::isinf(theta))
      return rope.emitOpError("has a block with theta ") << theta << ", which is negative or not finite";
  return success();
}

/// (C7)
static LogicalResult verifyBlockFactors(RopeOp rope, ArrayRef<double> factors) {
  if (failed(verifyBlockCount(rope, factors.size(), "factor")))
    return failure();
  for (double factor : factors)
    if (!(factor > 0) || std::isinf(factor))
      return rope.emitOpError("has a block with factor ") << factor << ", which is not positive or not finite";
  if (rope.getFactor().isExactlyValue(1))
    return rope.emitOpError("has factors of blocks, but its own is 1");
  return success();
}

LogicalResult RopeOp::verify() {
  int64_t columns = columnsOf(getInput().getType()), heads = getHeads();
  if (failed(verifyHeads(*this, heads, columns))) // (C1)
    return failure();
  if (getHeadSize() % 2 != 0) // (C2)
    return emitOpError("head size ") << getHeadSize() << " (" << columns << " columns / " << heads
                                     << " heads) is not even";
  if (!isPositive(getTheta())) // (C3)
    return emitOpError("theta is ") << getTheta().convertToDouble() << ", not positive";

  if (getBlockThetas() && failed(verifyBlockThetas(*this, *getBlockThetas()))) // (C5)
    return failure();
  if (failed(verifyBlockScales(*this, getBlockScales()))) // (C6)
    return failure();
  if (const std::optional<ArrayRef<double>> factors = getBlockFactors();
      factors && failed(verifyBlockFactors(*this, *factors))) // (C7)
    return failure();
  if (!isPositive(getFactor())) // (C4)
    return emitOpError("factor is ") << getFactor().convertToDouble() << ", not positive";
  if (getFactor().isExactlyValue(1))
    return success();
  if (!isPositive(getLow()) || !getHigh().isFinite() || !(getLow() < getHigh())) // (C4)
    return emitOpError("low is ") << getLow().convertToDouble() << " and high " << getHigh().convertToDouble()
                                  << ", not positive and greater";
  if (int64_t(getOriginalContext()) < 0) // (C4)
    return emitOpError("context is ") << int64_t(getOriginalContext()) << ", less than 0";
  return success();
}

//===----------------------------------------------------------------------===//
// lm.head_norm
//===----------------------------------------------------------------------===//

LogicalResult HeadNormOp::verify() {
  if (failed(verifyHeads(*this, getHeads(), columnsOf(getInput().getType())))) // (C1)
    return failure();
  if (failed(verifyEpsilon(*this, getEpsilon()))) // (C2)
    return failure();
  return verifyBlockScales(*this, getBlockScales()); // (C4)
}

LogicalResult HeadNormOp::verifySymbolUses(SymbolTableCollection &symbols) {
  if (!getGainAttr())
    return success();
  return verifyVector(*this, getGainAttr(), "gain", "a head", getHeadSize(), symbols); // (C3)
}

//===----------------------------------------------------------------------===//
// lm.attention
//===----------------------------------------------------------------------===//

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
  return verifyBlockWindows(*this, getBlockWindows()); // (C5)
}
