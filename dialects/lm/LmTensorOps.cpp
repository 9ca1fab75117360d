//===- LmTensorOps.cpp - Verifiers of embed, norm, linear, bias, scale -----===//
//
// Tested by tests/lit/dialect/invalid-tensor.mlir.
//
//===----------------------------------------------------------------------===//

#include "dialects/lm/BlockNumbers.h"
#include "dialects/lm/WeightChecks.h"

#include <cmath>

using namespace mlir;
using namespace weebill::lm;

LogicalResult EmbedOp::verifySymbolUses(SymbolTableCollection &symbols) {
  WeightOp weight = lookupWeight(*this, getWeightAttr(), "weight", /*rank=*/2, symbols); // (C1)
  if (!weight)
    return failure();
  int64_t columns = columnsOf(getOutput().getType());
  if (columns != weight.getColumns()) { // (C2)
    InFlightDiagnostic diagnostic = emitOpError("output has ") << columns << " columns but weight " << getWeightAttr()
                                                               << " has " << weight.getColumns();
    diagnostic.attachNote(weight.getLoc()) << getWeightAttr() << " is declared here";
    return diagnostic;
  }
  return success();
}

LogicalResult RmsNormOp::verify() { return verifyEpsilon(*this, getEpsilon()); }

LogicalResult RmsNormOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyGain(*this, getGainAttr(), getInput(), symbols);
}

LogicalResult LinearOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyProjection(*this, getWeightAttr(), "weight", getInput(), getOutput(), symbols);
}

LogicalResult ScaleOp::verify() {
  if (!getFactor().isFinite()) // (C1)
    return emitOpError("factor is not finite");
  const std::optional<ArrayRef<float>> scales = getBlockScales(); // (C2)
  if (!scales)
    return success();
  for (float scale : *scales)
    if (!std::isfinite(scale))
      return emitOpError("has a block with scale ") << scale << ", which is not finite";
  return verifyBlockCount(*this, scales->size(), "scale");
}

LogicalResult HadamardOp::verify() {
  const int64_t size = getSize(), columns = columnsOf(getInput().getType());
  if (size <= 0 || (size & (size - 1)) != 0) // (C1)
    return emitOpError("mixes groups of ") << size << " columns, which is no power of two";
  if (columns % size != 0) // (C2)
    return emitOpError("mixes groups of ") << size << " columns, which do not divide " << columns;
  return success();
}

LogicalResult AddBiasOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyVector(*this, getBiasAttr(), "bias", "input", columnsOf(getInput().getType()), symbols); // (C1)
}
