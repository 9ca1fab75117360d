//===- LinearText.h - Names and comments of matrix kernels -------*- C++ -*-===//
//
// What the four kinds of matrix kernels (int8 and float32, plain and gated) have in common. Tested by
// tests/unit/codegen/kernels/MatrixKernelsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_KERNELS_LINEARTEXT_H
#define WEEBILL_CODEGEN_KERNELS_LINEARTEXT_H

#include "codegen/kernels/KernelText.h"
#include "codegen/kernels/MatrixKernels.h"

namespace weebill::kernels {

/// "linear_int8_576_residual_1x6".
std::string linearName(const std::string &kind, const LinearShape &shape);

/// What the kernel computes, for how many rows ("block" or "pair of blocks") and tokens, and the schedule: `step`
/// columns at a time.
std::string linearComment(const std::string &value, const std::string &unit, const std::string &step,
                          const LinearShape &shape, int lanes);

/// "swiglu", "geglu": how names of gated matrices begin.
std::string gatedName(Activation activation);
/// "silu(gate[row]) * up[row]".
std::string gatedFormula(Activation activation);
/// The same as numbers, of a gate.
Halide::Expr activated(Activation activation, Halide::Expr gate);

/// The zero point to subtract from what dot4 sums: where it takes `code - 128`, the zero point moves along.
Halide::Expr zeroForDot(Halide::Expr zero, targets::CodeType type);

/// Throws std::invalid_argument for a shape that no matrix kernel has.
void checkLinear(const std::string &kernel, const LinearShape &shape, int64_t columnMultiple);

} // namespace weebill::kernels

#endif // WEEBILL_CODEGEN_KERNELS_LINEARTEXT_H
