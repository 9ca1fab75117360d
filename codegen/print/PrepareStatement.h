//===- PrepareStatement.h - Lowered statements made readable -----*- C++ -*-===//
//
// Rewrites that change no value, before a statement is printed. Tested by
// tests/unit/codegen/print/StatementPrinterTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_PRINT_PREPARESTATEMENT_H
#define WEEBILL_CODEGEN_PRINT_PREPARESTATEMENT_H

#include <Halide.h>

namespace weebill::print {

/// Puts the lets that Halide made itself (named by a counter of the process, "t17") back where they are used; what is
/// then read twice gets a name from SharedValues.h. And multiplies sums in indices out, `(j + block * 64) * 64` to `j *
/// 64 + block * 4096`: Halide likes to factor.
Halide::Internal::Stmt prepareStatement(const Halide::Internal::Stmt &s);

/// The largest number that every use of `variable` in `s` is multiplied by; 1 if there is a use without a factor, 0 if
/// there is no use.
int64_t factorOfUses(const Halide::Internal::Stmt &s, const std::string &variable);

/// `s` with every `variable * c` as `variable * (c / factor)`.
Halide::Internal::Stmt divideUses(const Halide::Internal::Stmt &s, const std::string &variable, int64_t factor);

} // namespace weebill::print

#endif // WEEBILL_CODEGEN_PRINT_PREPARESTATEMENT_H
