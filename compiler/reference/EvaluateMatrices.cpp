//===- EvaluateMatrices.cpp - Products with weights -----------------------===//
//
// Tested by tests/unit/compiler/reference/InterpreterTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/reference/DoubleArithmetic.h"
#include "compiler/reference/Evaluation.h"
#include "compiler/reference/ExactArithmetic.h"
#include "compiler/reference/LastToken.h"
#include "compiler/reference/Linear.h"
#include "dialects/lm/WeightChecks.h"

using namespace mlir;
namespace weebill::reference {

template <typename A>
Rows<typename A::Real> Evaluation<A>::project(Operation *user, Value input, FlatSymbolRefAttr symbol, bool lastOnly) {
  lm::WeightOp weight = weightOf(user, symbol);
  Rows<Real> y = product(input, weight, lastOnly);
  if (onProduct)
    tellProduct(y, input, weight, lastOnly);
  return y;
}

template <typename A> Rows<typename A::Real> Evaluation<A>::product(Value input, lm::WeightOp weight, bool lastOnly) {
  std::string source = sourceOf(weight);
  if (auto quantized = dyn_cast<lm::QuantizedType>(input.getType()); quantized && quantized.getGroup() != 0) {
    const KeptMatrix &matrix = keptMatrix(weight, source);
    return lastOnly ? linear<A>(lastOf(groupCodes[input]), matrix) : linear<A>(groupCodes[input], matrix);
  } else if (quantized) {
    const Int8Matrix &matrix = weights.codes(source, weight.getRows(), weight.getColumns());
    return lastOnly ? linear<A>(lastOf(codes[input]), matrix) : linear<A>(codes[input], matrix);
  }
  const FloatMatrix &floats = matrix(weight, source);
  return lastOnly ? linear<A>(lastOf(rows[input]), floats) : linear<A>(rows[input], floats);
}

template <typename A> void Evaluation<A>::evaluate(lm::LinearOp op) {
  // The head is the dearest matrix of a small model: whoever wants one row of logits does not pay for all.
  Operation *terminator = function.getBody().front().getTerminator();
  Operation *product = op;
  if (op.getOutput().hasOneUse() && isa<lm::AddBiasOp>(*op->user_begin()))
    product = *op->user_begin();
  bool isHead = product->getResult(0).hasOneUse() && *product->user_begin() == terminator;
  rows[op.getOutput()] = project(op, op.getInput(), op.getWeightAttr(), isHead && wanted == Logits::Last);
}

template <typename A> void Evaluation<A>::evaluate(lm::QkvOp op) {
  rows[op.getQuery()] = project(op, op.getInput(), op.getQueryWeightAttr());
  rows[op.getKey()] = project(op, op.getInput(), op.getKeyWeightAttr());
  rows[op.getValue()] = project(op, op.getInput(), op.getValueWeightAttr());
}

template <typename A> void Evaluation<A>::evaluate(lm::SwiGLUOp op) {
  Rows<Real> gate = project(op, op.getInput(), op.getGateWeightAttr());
  Rows<Real> up = project(op, op.getInput(), op.getUpWeightAttr());
  for (auto [value, factor] : llvm::zip_equal(gate.values, up.values))
    value = A::silu(value) * factor;
  rows[op.getOutput()] = std::move(gate);
}

template <typename A> void Evaluation<A>::evaluate(lm::GeGLUOp op) {
  Rows<Real> gate = project(op, op.getInput(), op.getGateWeightAttr());
  Rows<Real> up = project(op, op.getInput(), op.getUpWeightAttr());
  for (auto [value, factor] : llvm::zip_equal(gate.values, up.values))
    value = A::geluTanh(value) * factor;
  rows[op.getOutput()] = std::move(gate);
}

template <typename A> void Evaluation<A>::evaluate(lm::LinearResidualOp op) {
  Rows<Real> y = project(op, op.getInput(), op.getWeightAttr());
  const Rows<Real> &residual = rows[op.getResidual()];
  for (auto [value, term] : llvm::zip_equal(y.values, residual.values))
    value = term + value;
  rows[op.getOutput()] = std::move(y);
}

template void Evaluation<ExactArithmetic>::evaluate(lm::LinearOp);
template void Evaluation<ExactArithmetic>::evaluate(lm::QkvOp);
template void Evaluation<ExactArithmetic>::evaluate(lm::SwiGLUOp);
template void Evaluation<ExactArithmetic>::evaluate(lm::GeGLUOp);
template void Evaluation<ExactArithmetic>::evaluate(lm::LinearResidualOp);
template void Evaluation<DoubleArithmetic>::evaluate(lm::LinearOp);
template void Evaluation<DoubleArithmetic>::evaluate(lm::QkvOp);
template void Evaluation<DoubleArithmetic>::evaluate(lm::SwiGLUOp);
template void Evaluation<DoubleArithmetic>::evaluate(lm::GeGLUOp);
template void Evaluation<DoubleArithmetic>::evaluate(lm::LinearResidualOp);

} // namespace weebill::reference
