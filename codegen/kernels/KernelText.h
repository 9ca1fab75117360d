//===- KernelText.h - From a Halide pipeline to a printed kernel -*- C++ -*-===//
//
// What the kernels of this folder share: lowering, and words of docs/numerics.md that Halide does not have. Tested by
// tests/unit/codegen/kernels/KernelsTextTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_KERNELS_KERNELTEXT_H
#define WEEBILL_CODEGEN_KERNELS_KERNELTEXT_H

#include "codegen/kernels/Kernel.h"
#include "codegen/kernels/PrefetchNext.h"
#include "codegen/plan/Contract.h"
#include "codegen/print/ExpressionPrinter.h"

#include <Halide.h>

#include <functional>

namespace weebill::kernels {

/// Rows of a block, virtual lanes of every float sum, positions of a block of keys: the widest target's lanes
/// (docs/numerics.md).
constexpr int kBlockRows = plan::kRowBlock;

/// A kernel's parameter: a buffer, or a scalar if its type is one.
KernelParameter constBuffer(Halide::Type type, const std::string &name);
KernelParameter buffer(Halide::Type type, const std::string &name);
KernelParameter scalar(Halide::Type type, const std::string &name);

/// Lowers and prints. Every argument and output must be named as one of the parameters. Throws PrintError, naming the
/// kernel. `change`: what else is done to the lowered statement, if anything.
PrintedKernel printKernel(const std::string &name, const std::string &comment,
                          const std::vector<KernelParameter> &parameters, const std::vector<Halide::Func> &outputs,
                          const std::vector<Halide::Argument> &inputs,
                          const std::function<Halide::Internal::Stmt(const Halide::Internal::Stmt &)> &change = {});

/// Makes a buffer dense, with these constant extents from the innermost dimension on. A buffer without dimensions has
/// one element.
void fixShape(Halide::OutputImageParam buffer, const std::vector<int> &extents);

/// Lanes of a stage's innermost loop: the target's, or all 16 of a block, one after the other, if it has no vectors.
int laneStep(int lanes);

/// Makes vectors of that loop if the target has any.
void inVectors(Halide::Stage stage, Halide::VarOrRVar lane, int lanes);

/// The same for a loop over elements, whatever their number.
void elementsInVectors(Halide::Func f, Halide::Var element, int lanes);

/// Computes the 16 lanes of a stage at once, in the target's vectors.
void vectorizeLanes(Halide::Stage stage, Halide::Var lane, Halide::Var part, int lanes);

/// Throws std::invalid_argument("<kernel>: <what>") unless `holds`.
void require(bool holds, const std::string &kernel, const std::string &what);

/// `fma(a, b, c)` and `exp(x)` as numerics.md defines them: calls into the vector section.
Halide::Expr fma(Halide::Expr a, Halide::Expr b, Halide::Expr c);
Halide::Expr exponential(Halide::Expr x);

/// What gates go through (docs/numerics.md).
Halide::Expr silu(Halide::Expr x);
Halide::Expr geluTanh(Halide::Expr x);

/// The Halide type of a cache element.
Halide::Type cacheType(plan::Element element);

/// "one token", "six tokens", "16 tokens": for comments.
std::string counted(int64_t count, const std::string &what);

} // namespace weebill::kernels

#endif // WEEBILL_CODEGEN_KERNELS_KERNELTEXT_H
