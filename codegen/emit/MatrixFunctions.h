//===- MatrixFunctions.h - A thread's rows, kernel by kernel -----*- C++ -*-===//
//
// The emitted functions around matrix kernels. Tested by tests/emitted/test_shapes.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_EMIT_MATRIXFUNCTIONS_H
#define WEEBILL_CODEGEN_EMIT_MATRIXFUNCTIONS_H

#include "codegen/emit/KernelSection.h"

#include <optional>

namespace weebill::emit {

/// The kernels of one matrix function, for one token or for a tile of tokens. The wide one takes as many row blocks
/// side by side as the target's table says, the narrow one a single block: what is left of a thread's rows.
struct MatrixKernels {
  kernels::PrintedKernel wide, narrow;
  /// A block and a larger tile of tokens, which the target's matrix unit multiplies, where it has one.
  std::optional<kernels::PrintedKernel> unit;
};

MatrixKernels printMatrixKernels(const MatrixFunction &function, const targets::Target &target);

/// "linear_residual_576", "swiglu_f32_576".
std::string matrixFunctionName(const MatrixFunction &function);

std::string printMatrixFunction(const MatrixFunction &function, const MatrixKernels &kernels,
                                const targets::Target &target);

} // namespace weebill::emit

#endif // WEEBILL_CODEGEN_EMIT_MATRIXFUNCTIONS_H
