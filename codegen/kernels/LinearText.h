//===- LinearText.h - Names and comments of matrix kernels -------*- C++ -*-===//
//
// What the four kinds of matrix kernels (int8 and float32, plain and SwiGLU) have in common. Tested by
// tests/unit/codegen/kernels.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_KERNELS_LINEARTEXT_H
#define WEEBILL_CODEGEN_KERNELS_LINEARTEXT_H

#include "codegen/kernels/KernelText.h"

namespace weebill {

/// "linear_int8_576_residual_1x6".
std::string linearName(const std::string &kind, const LinearShape &shape);

/// "y[row] += value for six blocks of 16 rows, one token" and the schedule.
std::string linearComment(const std::string &result, const std::string &value, const LinearShape &shape);

/// Throws std::invalid_argument for a shape that no matrix kernel has.
void checkLinear(const std::string &kernel, const LinearShape &shape, int64_t columnMultiple);

} // namespace weebill

#endif // WEEBILL_CODEGEN_KERNELS_LINEARTEXT_H
