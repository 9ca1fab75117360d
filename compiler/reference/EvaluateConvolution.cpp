//===- EvaluateConvolution.cpp - Mixing with the tokens just before -------===//
//
// Tested by tests/unit/compiler/reference/ConvolutionTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/reference/DoubleArithmetic.h"
#include "compiler/reference/Evaluation.h"
#include "compiler/reference/ExactArithmetic.h"

using namespace mlir;
namespace weebill::reference {

template <typename A> void Evaluation<A>::evaluate(lm::ShortConvolutionOp op) {
  const Rows<Real> &x = rows[op.getInput()];
  const float *taps = floats(op, op.getTapsAttr()).row(0);
  const int64_t width = op.getWidth();
  Rows<Real> &before = lastRows[{op, visit}];

  // Row `token` of this call, or -1 for the last one before it, and so on.
  const auto rowAt = [&](int64_t token) -> const Real * {
    if (token >= 0)
      return x.row(token);
    return before.tokens + token >= 0 ? before.row(before.tokens + token) : nullptr;
  };
  Rows<Real> y(x.tokens, x.columns);
  std::vector<const Real *> seen(width);
  for (int64_t token = 0; token < x.tokens; ++token) {
    for (int64_t k = 0; k < width; ++k)
      seen[k] = rowAt(token - (width - 1) + k);
    A::convolve(seen.data(), taps, width, x.columns, y.row(token));
  }

  const int64_t kept = std::min(width - 1, before.tokens + x.tokens);
  Rows<Real> after(kept, x.columns);
  for (int64_t i = 0; i < kept; ++i)
    std::copy_n(rowAt(x.tokens - kept + i), x.columns, after.row(i));
  before = std::move(after);
  rows[op.getOutput()] = std::move(y);
}

template void Evaluation<ExactArithmetic>::evaluate(lm::ShortConvolutionOp);
template void Evaluation<DoubleArithmetic>::evaluate(lm::ShortConvolutionOp);

} // namespace weebill::reference
