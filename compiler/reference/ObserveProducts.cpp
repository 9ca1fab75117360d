//===- ObserveProducts.cpp - What storage costs, product by product -------===//
//
// Tested by tests/unit/compiler/reference/InterpreterTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/reference/DoubleArithmetic.h"
#include "compiler/reference/Evaluation.h"
#include "compiler/reference/ExactArithmetic.h"
#include "compiler/reference/LastToken.h"
#include "compiler/reference/Linear.h"

using namespace mlir;
namespace weebill::reference {

template <typename A>
void Evaluation<A>::tellProduct(const Rows<Real> &y, Value input, lm::WeightOp weight, bool lastOnly) {
  const Rows<Real> &before = beforeCodes.count(input) ? beforeCodes[input] : rows[input];
  const FloatMatrix &matrix = ofFile->floats(sourceOf(weight), weight.getRows(), weight.getColumns());
  const Rows<Real> exact = linear<A>(lastOnly ? lastOf(before) : before, matrix);
  ProductError error{weight.getSymName().str(), weight.getPerBlock() ? visit : -1, 0, 0};
  for (size_t i = 0; i < exact.values.size(); ++i) {
    const double difference = double(y.values[i]) - double(exact.values[i]);
    error.difference += difference * difference;
    error.norm += double(exact.values[i]) * double(exact.values[i]);
  }
  onProduct(error);
}

template void Evaluation<ExactArithmetic>::tellProduct(const Rows<float> &, Value, lm::WeightOp, bool);
template void Evaluation<DoubleArithmetic>::tellProduct(const Rows<double> &, Value, lm::WeightOp, bool);

} // namespace weebill::reference
