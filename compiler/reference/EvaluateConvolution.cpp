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

template <typename A> void Evaluation<A>::evaluate(lm::GatedConvolutionOp op) {
  const Rows<Real> &input = rows[op.getInput()];
  const int64_t width = op.getWidth(), columns = lm::columnsOf(op.getOutput().getType());
  const float *taps = floats(op, op.getTapsAttr()).row(0);

  Rows<Real> &seen = convolved[{op, visit}]; // of all calls
  seen.columns = columns;
  const int64_t first = seen.tokens;
  for (int64_t token = 0; token < input.tokens; ++token) {
    const Real *before = input.row(token), *x = before + 2 * columns;
    for (int64_t i = 0; i < columns; ++i)
      seen.values.push_back(before[i] * x[i]);
  }
  seen.tokens += input.tokens;

  Rows<Real> y(input.tokens, columns);
  std::vector<const Real *> last(width);
  for (int64_t token = 0; token < input.tokens; ++token) {
    for (int64_t k = 0; k < width; ++k) {
      const int64_t position = first + token - (width - 1) + k;
      last[k] = position < 0 ? nullptr : seen.row(position);
    }
    A::convolve(last.data(), taps, width, columns, y.row(token));
    const Real *behind = input.row(token) + columns;
    for (int64_t i = 0; i < columns; ++i)
      y.row(token)[i] = behind[i] * y.row(token)[i];
  }
  rows[op.getOutput()] = std::move(y);
}

template void Evaluation<ExactArithmetic>::evaluate(lm::GatedConvolutionOp);
template void Evaluation<DoubleArithmetic>::evaluate(lm::GatedConvolutionOp);

} // namespace weebill::reference
