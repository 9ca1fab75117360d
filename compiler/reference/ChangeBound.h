//===- ChangeBound.h - How far a pass may change a function ------*- C++ -*-===//
//
// Read from the modules before and after it. Tested by tests/unit/compiler/reference/PassVerifierTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_REFERENCE_CHANGEBOUND_H
#define WEEBILL_COMPILER_REFERENCE_CHANGEBOUND_H

#include "mlir/IR/BuiltinOps.h"

namespace weebill::reference {

/// The square of the error that one product has, relative to its result, because of how weights, rows and cache are
/// kept: each a rounding, uniform in its step.
///
///   storage of a row of int8, rows as codes: a step is the range over 255, the range of some hundred normal numbers 9
///   standard deviations: 9 / 255 / sqrt(12) = 1 %
///   codes in groups of 32: a range of 4.6 deviations: half of it
///   float16: 2^-11 at most
///   codes of a file, and float32: exact
///
/// A cache's numbers go into products as weights do. What codes of a cache are multiplied by, queries and weights of
/// positions, becomes codes as well: as great an error again.
double squaredErrorOfProduct(mlir::ModuleOp module);

/// The greatest change of logits that a pass may make, as a part of their root mean square: 0, equality to the bit,
/// for one after which a product is as exact as before. Otherwise everything may be rounded to another side than
/// before, so that all errors count and not only the new ones: a cache of float16, 2^-11, moved the logits of an int8
/// model by 2 %. Errors of products are independent, so that their squares add up over the longest way through the
/// model, four products a visit and the head; times four, for rows with outliers.
double boundOfChange(double squaredErrorBefore, mlir::ModuleOp after);

} // namespace weebill::reference

#endif // WEEBILL_COMPILER_REFERENCE_CHANGEBOUND_H
