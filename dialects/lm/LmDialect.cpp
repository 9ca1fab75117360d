//===- LmDialect.cpp - Registration and types -----------------------------===//
//
// Tested by tests/lit/dialect/roundtrip.mlir and invalid-types.mlir.
//
//===----------------------------------------------------------------------===//

#include "dialects/lm/LmOps.h"

#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace weebill::lm;

#include "dialects/lm/LmDialect.cpp.inc"
#include "dialects/lm/LmEnums.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/lm/LmTypes.cpp.inc"

// mlir-tblgen names parameters that it does not use.
#pragma GCC diagnostic ignored "-Wunused-parameter"
#define GET_OP_CLASSES
#include "dialects/lm/LmOps.cpp.inc"

void LmDialect::initialize() {
  registerTypes();
  registerAttributes();
  addOperations<
#define GET_OP_LIST
#include "dialects/lm/LmOps.cpp.inc"
      >();
}

void LmDialect::registerTypes() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialects/lm/LmTypes.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

LogicalResult QuantizedType::verify(function_ref<InFlightDiagnostic()> emitError, int64_t columns, int64_t group) {
  if (columns <= 0) // (C1)
    return emitError() << "columns is " << columns << ", not positive";
  if (group != 0 && group != kCodeGroup) // (C2)
    return emitError() << "a group has " << group << " columns, not " << kCodeGroup;
  if (group != 0 && columns % group != 0) // (C2)
    return emitError() << "columns is " << columns << ", not a multiple of " << group;
  return success();
}

bool weebill::lm::isRows(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && !tensor.getEncoding() && tensor.getRank() == 2 && tensor.isDynamicDim(0) &&
         !tensor.isDynamicDim(1) && tensor.getDimSize(1) > 0 && tensor.getElementType().isF32();
}

bool weebill::lm::isTokens(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && !tensor.getEncoding() && tensor.getRank() == 1 && tensor.isDynamicDim(0) &&
         tensor.getElementType().isSignlessInteger(32);
}

int64_t weebill::lm::columnsOf(Type rowsOrCodes) {
  if (auto codes = dyn_cast<QuantizedType>(rowsOrCodes))
    return codes.getColumns();
  return cast<RankedTensorType>(rowsOrCodes).getDimSize(1);
}
