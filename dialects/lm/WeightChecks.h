//===- WeightChecks.h - What ops demand of their weights ---------*- C++ -*-===//
//
// The constraints that every op with a weight shares, each with its error. Tested by tests/lit/dialect/invalid-*.mlir.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_DIALECTS_LM_WEIGHTCHECKS_H
#define WEEBILL_DIALECTS_LM_WEIGHTCHECKS_H

#include "dialects/lm/LmOps.h"

namespace weebill::lm {

/// Columns that share a scale of the codes that a matrix of that storage multiplies, 0 for whole rows; none if it
/// multiplies rows of float32.
std::optional<int64_t> groupOfCodes(Storage storage);

/// Whether a matrix of that storage multiplies codes, or rows of float32.
bool readsCodes(Storage storage);

/// The lm.weight that `name` means, of the given rank and usable at the place of `user`. `role` says what `user` calls
/// it: "weight", "gain". Emits the error and returns null when there is none.
WeightOp lookupWeight(mlir::Operation *user, mlir::FlatSymbolRefAttr name, llvm::StringRef role, int64_t rank,
                      mlir::SymbolTableCollection &symbols);

/// (C1) to (C4) of lm.linear for one weight of an op; `output` has one column for each row of the weight.
mlir::LogicalResult verifyProjection(mlir::Operation *user, mlir::FlatSymbolRefAttr name, llvm::StringRef role,
                                     mlir::Value input, mlir::Value output, mlir::SymbolTableCollection &symbols);

/// (C1) of the norms.
mlir::LogicalResult verifyGain(mlir::Operation *user, mlir::FlatSymbolRefAttr name, mlir::Value input,
                               mlir::SymbolTableCollection &symbols);

/// A vector for `columns` elements of `what`: "input", "a head". `role` as in lookupWeight.
mlir::LogicalResult verifyVector(mlir::Operation *user, mlir::FlatSymbolRefAttr name, llvm::StringRef role,
                                 llvm::StringRef what, int64_t columns, mlir::SymbolTableCollection &symbols);

/// (C2) of the norms.
mlir::LogicalResult verifyEpsilon(mlir::Operation *user, const llvm::APFloat &epsilon);

} // namespace weebill::lm

#endif // WEEBILL_DIALECTS_LM_WEIGHTCHECKS_H
