//===- DotOfFour.h - Products that one instruction adds up -------*- C++ -*-===//
//
// Finds in lowered statements what the vector sections call dot4: four codes times four weights, added to an
// accumulator. Tested by tests/unit/codegen/print/ExpressionPrinterTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_PRINT_DOTOFFOUR_H
#define WEEBILL_CODEGEN_PRINT_DOTOFFOUR_H

#include <Halide.h>

#include <optional>

namespace weebill::print {

/// The factors of a sum over groups of four 8-bit products.
struct DotOfFour {
  Halide::Expr codes, weights;
};

/// The factors, if `reduced` is such a sum.
std::optional<DotOfFour> findDotOfFour(const Halide::Expr &reduced);

/// The four codes that this expression repeats across its lanes (the first operand of dot4), or nullptr.
const Halide::Internal::Load *repeatedLoad(const Halide::Expr &e);

/// Whether a predicate of a load or store is always true.
bool isAlways(const Halide::Expr &predicate);

} // namespace weebill::print

#endif // WEEBILL_CODEGEN_PRINT_DOTOFFOUR_H
