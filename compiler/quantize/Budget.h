//===- Budget.h - Formats within a number of bits ----------------*- C++ -*-===//
//
// Bits go where they are worth most: to values first, then evenly, a format at a time, in the order in which matrices
// suffered from few bits when that was measured (docs/decisions/0011-low-bits-from-floats.md). Tested by
// tests/unit/compiler/quantize/BudgetTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_QUANTIZE_BUDGET_H
#define WEEBILL_COMPILER_QUANTIZE_BUDGET_H

#include "compiler/quantize/Recipe.h"

namespace weebill::quantize {

/// Formats whose weights have at most so many bits on average, scales included, in the matrices of blocks. Throws
/// InputError for fewer than there are formats for.
Formats formatsWithin(const importer::TensorSource &source, double bits);

} // namespace weebill::quantize

#endif // WEEBILL_COMPILER_QUANTIZE_BUDGET_H
