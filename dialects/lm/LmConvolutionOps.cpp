//===- LmConvolutionOps.cpp - Verifier of the gated convolution -----------===//
//
// Tested by tests/lit/dialect/invalid-convolution.mlir.
//
//===----------------------------------------------------------------------===//

#include "dialects/lm/WeightChecks.h"

using namespace mlir;
using namespace weebill::lm;

/// More is no short convolution, and products with a number of columns stay far from overflow.
static constexpr int64_t kMaximumWidth = 64;

LogicalResult GatedConvolutionOp::verify() {
  if (int64_t width = getWidth(); width < 2 || width > kMaximumWidth) // (C1)
    return emitOpError("width is ") << width << ", not from 2 to " << kMaximumWidth;
  const int64_t input = columnsOf(getInput().getType()), output = columnsOf(getOutput().getType());
  if (input % 3 != 0 || input / 3 != output) // (C2)
    return emitOpError("input has ") << input << " columns, not three times the " << output << " of the output";
  return success();
}

LogicalResult GatedConvolutionOp::verifySymbolUses(SymbolTableCollection &symbols) {
  const int64_t columns = columnsOf(getOutput().getType());
  return verifyVector(*this, getTapsAttr(), "taps", "row of all taps", getWidth() * columns, symbols); // (C3)
}
