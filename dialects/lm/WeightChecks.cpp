//===- WeightChecks.cpp - What ops demand of their weights ----------------===//
//
// Tested by tests/lit/dialect/invalid-*.mlir.
//
//===----------------------------------------------------------------------===//

#include "dialects/lm/WeightChecks.h"

using namespace mlir;
using namespace weebill::lm;

/// Adds the note at the weight's end of an error.
static InFlightDiagnostic &&atWeight(InFlightDiagnostic &&diagnostic, WeightOp weight) {
  diagnostic.attachNote(weight.getLoc()) << "@" << weight.getSymName() << " is declared here";
  return std::move(diagnostic);
}

std::optional<int64_t> weebill::lm::groupOfCodes(Storage storage) {
  switch (storage) {
  case Storage::Int8:
    return 0;
  case Storage::F32:
  case Storage::F16:
    return std::nullopt;
  default:
    return kCodeGroup; // codes that a file has, kept
  }
}

bool weebill::lm::readsCodes(Storage storage) { return groupOfCodes(storage).has_value(); }

WeightOp weebill::lm::lookupWeight(Operation *user, FlatSymbolRefAttr name, StringRef role, int64_t rank,
                                   SymbolTableCollection &symbols) {
  Operation *symbol = symbols.lookupNearestSymbolFrom(user, name);
  if (!symbol) { // (C1)
    user->emitOpError() << role << " " << name << " is not declared in this module";
    return {};
  }
  auto weight = dyn_cast<WeightOp>(symbol);
  if (!weight) { // (C1)
    InFlightDiagnostic diagnostic = user->emitOpError() << role << " " << name << " is not an lm.weight";
    diagnostic.attachNote(symbol->getLoc()) << name << " is declared here";
    return {};
  }
  auto type = dyn_cast<RankedTensorType>(weight.getType());
  if (!type || type.getRank() != rank) { // (C1)
    (void)atWeight(user->emitOpError() << role << " " << name << " is " << weight.getType() << ", not of rank " << rank,
                   weight);
    return {};
  }
  if (weight.getPerBlock() && !user->getParentOfType<RepeatOp>()) { // (C4) of lm.weight
    (void)atWeight(user->emitOpError() << role << " " << name << " is per_block but used outside lm.repeat", weight);
    return {};
  }
  return weight;
}

LogicalResult weebill::lm::verifyProjection(Operation *user, FlatSymbolRefAttr name, StringRef role, Value input,
                                            Value output, SymbolTableCollection &symbols) {
  WeightOp weight = lookupWeight(user, name, role, /*rank=*/2, symbols); // (C1)
  if (!weight)
    return failure();

  int64_t inputColumns = columnsOf(input.getType());
  if (inputColumns != weight.getColumns()) // (C2)
    return atWeight(user->emitOpError() << "input has " << inputColumns << " columns but " << role << " " << name
                                        << " has " << weight.getColumns(),
                    weight);

  int64_t outputColumns = columnsOf(output.getType());
  if (outputColumns != weight.getRows()) // (C3)
    return atWeight(user->emitOpError() << "output has " << outputColumns << " columns but " << role << " " << name
                                        << " has " << weight.getRows() << " rows",
                    weight);

  auto codes = dyn_cast<QuantizedType>(input.getType());
  if ((codes ? std::optional(codes.getGroup()) : std::nullopt) != groupOfCodes(weight.getStorage())) // (C4)
    return atWeight(user->emitOpError() << "input is " << input.getType() << " but " << role << " " << name
                                        << " is stored as " << stringifyStorage(weight.getStorage()),
                    weight);
  return success();
}

LogicalResult weebill::lm::verifyVector(Operation *user, FlatSymbolRefAttr name, StringRef role, StringRef what,
                                        int64_t columns, SymbolTableCollection &symbols) {
  WeightOp vector = lookupWeight(user, name, role, /*rank=*/1, symbols);
  if (!vector)
    return failure();
  if (columns != vector.getColumns())
    return atWeight(user->emitOpError() << what << " has " << columns << " columns but " << role << " " << name
                                        << " has " << vector.getColumns(),
                    vector);
  return success();
}

LogicalResult weebill::lm::verifyGain(Operation *user, FlatSymbolRefAttr name, Value input,
                                      SymbolTableCollection &symbols) {
  return verifyVector(user, name, "gain", "input", columnsOf(input.getType()), symbols); // (C1)
}

LogicalResult weebill::lm::verifyEpsilon(Operation *user, const APFloat &epsilon) {
  if (!epsilon.isFinite() || epsilon.isNegative() || epsilon.isZero()) // (C2)
    return user->emitOpError() << "epsilon is " << epsilon.convertToDouble() << ", not positive";
  return success();
}
