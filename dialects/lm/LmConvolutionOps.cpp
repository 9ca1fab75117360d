//===- LmConvolutionOps.cpp - Verifier of the short convolution -----------===//
//
// Tested by tests/lit/dialect/invalid-convolution.mlir.
//
//===----------------------------------------------------------------------===//

#include "dialects/lm/WeightChecks.h"

using namespace mlir;
using namespace weebill::lm;

/// More is no short convolution, and products with a number of columns stay far from overflow.
static constexpr int64_t kMaximumWidth = 64;

LogicalResult ShortConvolutionOp::verify() {
  if (int64_t width = getWidth(); width < 2 || width > kMaximumWidth) // (C1)
    return emitOpError("width is ") << width << ", not from 2 to " << kMaximumWidth;
  return success();
}

LogicalResult ShortConvolutionOp::verifySymbolUses(SymbolTableCollection &symbols) {
  const int64_t columns = columnsOf(getInput().getType());
  return verifyVector(*this, getTapsAttr(), "taps", "row of all taps", getWidth() * columns, symbols); // (C2)
}
