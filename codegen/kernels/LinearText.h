//===- LinearText.h - Names and comments of matrix kernels -------*- C++ -*-===//
//
// What the kinds of matrix kernels (int8, floats, kept codes), linear and gated, have in common. `suffix` is the
// format's: "_int8". Tested by tests/unit/codegen/kernels/MatrixKernelsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_KERNELS_LINEARTEXT_H
#define WEEBILL_CODEGEN_KERNELS_LINEARTEXT_H

#include "codegen/kernels/KernelText.h"
#include "codegen/kernels/MatrixKernels.h"

namespace weebill::kernels {

/// "linear_int8_576_residual_1x6", "swiglu_int8_576_1x3".
std::string linearName(bool gated, const std::string &suffix, const LinearShape &shape);

/// What the kernel computes, `value` if it is linear, for how many blocks, or pairs of gate and up, and tokens, and the
/// schedule.
std::string linearComment(bool gated, const std::string &suffix, const std::string &value, const std::string &schedule,
                          const LinearShape &shape);

/// "six accumulators of 16 lanes": of a kernel that has all of its shape at once.
std::string accumulators(bool gated, const LinearShape &shape, int lanes);

/// What a gate goes through, as numbers.
Halide::Expr activated(Activation activation, Halide::Expr gate);

/// The zero point to subtract from what dot4 sums: where it takes `code - 128`, the zero point moves along.
Halide::Expr zeroForDot(Halide::Expr zero, targets::CodeType type);

/// y = value, or y = y + value, of an output of these dimensions; and the stage that does it, to be scheduled.
void writeResult(Halide::Func y, const std::vector<Halide::Var> &at, Halide::Expr value, Epilogue epilogue);
Halide::Stage resultOf(Halide::Func y, Epilogue epilogue);

/// Throws std::invalid_argument for a shape that no matrix kernel has, and for a gated one with an epilogue.
void checkLinear(bool gated, const std::string &suffix, const LinearShape &shape, int64_t columnMultiple);

} // namespace weebill::kernels

#endif // WEEBILL_CODEGEN_KERNELS_LINEARTEXT_H
