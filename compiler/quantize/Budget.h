//===- Budget.h - Formats within a number of bits ----------------*- C++ -*-===//
//
// Bits go where they are worth most. With a text that is measured (Sensitivity.h): of all matrices the one that a
// larger format helps most for its bits gets it, and so on until none fits. Without one they go to values first, then
// evenly, a format at a time, in the order in which matrices suffered from few bits when that was measured
// (docs/decisions/0011-low-bits-from-floats.md). Tested by tests/unit/compiler/quantize/BudgetTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_QUANTIZE_BUDGET_H
#define WEEBILL_COMPILER_QUANTIZE_BUDGET_H

#include "compiler/quantize/Recipe.h"

namespace weebill::quantize {

/// What each matrix loses in each of groupFormats(), by the tensor's name.
using RoundingErrors = std::map<std::string, std::vector<double>>;

/// Formats whose weights have at most so many bits on average, scales included, in the matrices of blocks. `errors`:
/// of all of them, or none. Throws InputError for fewer bits than there are formats for.
Formats formatsWithin(const importer::TensorSource &source, double bits, const RoundingErrors &errors = {});

} // namespace weebill::quantize

#endif // WEEBILL_COMPILER_QUANTIZE_BUDGET_H
