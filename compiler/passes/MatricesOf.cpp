//===- MatricesOf.cpp - Which matrices an op reads ------------------------===//

#include "compiler/passes/MatricesOf.h"

using namespace mlir;
namespace weebill::passes {
using namespace weebill::lm;

SmallVector<WeightOp> matricesOf(Operation *op) {
  SmallVector<WeightOp> matrices;
  for (NamedAttribute attribute : op->getAttrs())
    if (auto symbol = dyn_cast<FlatSymbolRefAttr>(attribute.getValue()))
      if (auto weight = SymbolTable::lookupNearestSymbolFrom<WeightOp>(op, symbol))
        if (weight.getTensorType().getRank() == 2)
          matrices.push_back(weight);
  return matrices;
}

bool haveOneStorage(ArrayRef<WeightOp> matrices) {
  return llvm::all_of(matrices, [&](WeightOp weight) {
    WeightOp first = matrices.front();
    return weight.getStorage() == first.getStorage() && weight.getBlockStoragesAttr() == first.getBlockStoragesAttr();
  });
}

std::string inStorages(ArrayRef<WeightOp> matrices) {
  std::string text;
  for (WeightOp weight : matrices)
    text += (text.empty() ? "@" : " and @") + weight.getSymName().str() + " as " +
            stringifyStorage(weight.getStorage()).str() + (weight.getBlockStorages() ? " and others" : "");
  return text;
}

} // namespace weebill::passes
