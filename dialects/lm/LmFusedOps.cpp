//===- LmFusedOps.cpp - Verifiers of what passes create -------------------===//
//
// Tested by tests/lit/dialect/invalid-fused.mlir.
//
//===----------------------------------------------------------------------===//

#include "dialects/lm/WeightChecks.h"

using namespace mlir;
using namespace weebill::lm;

/// lm.quantize (C1), lm.rms_norm_quantize (C3).
static LogicalResult verifyColumnsAreKept(Operation *op, Value input, Value output) {
  int64_t inputColumns = columnsOf(input.getType()), outputColumns = columnsOf(output.getType());
  if (inputColumns != outputColumns)
    return op->emitOpError("input has ") << inputColumns << " columns but output has " << outputColumns;
  return success();
}

LogicalResult QuantizeOp::verify() { return verifyColumnsAreKept(*this, getInput(), getOutput()); } // (C1)

//===----------------------------------------------------------------------===//
// lm.rms_norm_quantize
//===----------------------------------------------------------------------===//

LogicalResult RmsNormQuantizeOp::verify() {
  if (failed(verifyEpsilon(*this, getEpsilon()))) // (C2)
    return failure();
  return verifyColumnsAreKept(*this, getInput(), getOutput()); // (C3)
}

LogicalResult RmsNormQuantizeOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyGain(*this, getGainAttr(), getInput(), symbols); // (C1)
}

//===----------------------------------------------------------------------===//
// Projections: (C1) to (C4) are those of lm.linear
//===----------------------------------------------------------------------===//

LogicalResult QkvOp::verifySymbolUses(SymbolTableCollection &symbols) {
  if (failed(verifyProjection(*this, getQueryWeightAttr(), "query weight", getInput(), getQuery(), symbols)) ||
      failed(verifyProjection(*this, getKeyWeightAttr(), "key weight", getInput(), getKey(), symbols)))
    return failure();
  return verifyProjection(*this, getValueWeightAttr(), "value weight", getInput(), getValue(), symbols);
}

/// Gate and up of a gated feed-forward half.
template <typename Gated> static LogicalResult verifyHalves(Gated op, SymbolTableCollection &symbols) {
  if (failed(verifyProjection(op, op.getGateWeightAttr(), "gate weight", op.getInput(), op.getOutput(), symbols)))
    return failure();
  return verifyProjection(op, op.getUpWeightAttr(), "up weight", op.getInput(), op.getOutput(), symbols);
}

LogicalResult SwiGLUOp::verifySymbolUses(SymbolTableCollection &symbols) { return verifyHalves(*this, symbols); }
LogicalResult GeGLUOp::verifySymbolUses(SymbolTableCollection &symbols) { return verifyHalves(*this, symbols); }

LogicalResult LinearResidualOp::verify() {
  if (getResidual().getType() != getOutput().getType()) // (C5)
    return emitOpError("residual is ") << getResidual().getType() << " but output is " << getOutput().getType();
  return success();
}

LogicalResult LinearResidualOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyProjection(*this, getWeightAttr(), "weight", getInput(), getOutput(), symbols);
}
