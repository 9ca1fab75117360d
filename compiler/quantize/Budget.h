//===- Budget.h - Formats within a number of bits ----------------*- C++ -*-===//
//
// Bits go where they are worth most: raise by raise, from the one that takes off most damage for a bit, by what
// matrices of each role suffered from few bits when that was measured (docs/decisions/0011-low-bits-from-floats.md).
// Tested by tests/unit/compiler/quantize/BudgetTest.cpp.
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
