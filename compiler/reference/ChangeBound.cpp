//===- ChangeBound.cpp - How far a pass may change a function -------------===//
//
// Tested by tests/unit/compiler/reference/PassVerifierTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/reference/ChangeBound.h"

#include "dialects/lm/LmOps.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
namespace weebill::reference {

namespace {

constexpr double kOfInt8 = 0.01, kOfGroups = 0.005, kOfHalf = 0x1p-11;
constexpr double kMargin = 4;

double errorOf(lm::Storage storage) {
  return storage == lm::Storage::Int8 ? kOfInt8 : storage == lm::Storage::F16 ? kOfHalf : 0;
}

double errorOf(lm::CacheElement element) {
  return element == lm::CacheElement::Int8 ? kOfInt8 : element == lm::CacheElement::F16 ? kOfHalf : 0;
}

} // namespace

double squaredErrorOfProduct(ModuleOp module) {
  double weights = 0, rows = 0, cache = 0;
  module.walk([&](Operation *op) {
    if (auto weight = dyn_cast<lm::WeightOp>(op))
      for (lm::Storage storage : weight.getDistinctStorages())
        weights = std::max(weights, errorOf(storage));
    if (auto kept = dyn_cast<lm::CacheOp>(op))
      cache = std::max(cache, errorOf(kept.getElement()));
    for (Type type : op->getResultTypes())
      if (auto codes = dyn_cast<lm::QuantizedType>(type))
        rows = std::max(rows, codes.getGroup() ? kOfGroups : kOfInt8);
  });
  const double beside = cache == kOfInt8 ? cache : 0; // what codes are multiplied by becomes codes too
  return weights * weights + rows * rows + cache * cache + beside * beside;
}

double boundOfChange(double squaredErrorBefore, ModuleOp after) {
  const double squaredError = squaredErrorOfProduct(after);
  if (squaredError <= squaredErrorBefore)
    return 0;
  int64_t visits = 0;
  after.walk([&](lm::RepeatOp op) { visits += int64_t(op.getSchedule().size()); });
  return kMargin * std::sqrt(squaredError * double(4 * visits + 1));
}

} // namespace weebill::reference
