//===- SizedOps.cpp - Ops of a model with its sizes -----------------------===//
//
// Tested by tests/unit/compiler/frontend/BuildModelTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/SizedOps.h"

using namespace mlir;
namespace weebill::frontend {

Value SizedOps::norm(StringRef gain, Value x, const std::string &place) {
  return lm::RmsNormOp::create(builder, at(place), x, gain, APFloat(sizes.normEpsilon));
}

Value SizedOps::scaled(Value x, float factor, const std::string &place) {
  return factor == 1 ? x : lm::ScaleOp::create(builder, at(place), x, APFloat(factor), /*block_scales=*/nullptr);
}

Value SizedOps::linear(StringRef weight, Value x, int64_t outputColumns, const std::string &place) {
  return lm::LinearOp::create(builder, at(place), rows(outputColumns), x, weight);
}

Value SizedOps::bias(StringRef weight, Value x, const std::string &place) {
  return lm::AddBiasOp::create(builder, at(place), x, weight);
}

} // namespace weebill::frontend
