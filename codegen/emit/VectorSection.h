//===- VectorSection.h - A target's vector section ---------------*- C++ -*-===//
//
// The types and functions that printed kernels call, written by hand for each target (codegen/emit/vectors). Tested by
// tests/unit/codegen/kernels/VectorSectionTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_EMIT_VECTORSECTION_H
#define WEEBILL_CODEGEN_EMIT_VECTORSECTION_H

#include "codegen/emit/RuntimeText.h"
#include "codegen/targets/Target.h"

namespace weebill::emit {

/// runtime/types.h and vectors/portable.h, which all targets share, come before it.
HeaderText vectorSection(const targets::Target &target);

/// The target's products of weights in groups, for files whose kernels call them; vectorSection comes before it.
HeaderText groupSection(const targets::Target &target);

} // namespace weebill::emit

#endif // WEEBILL_CODEGEN_EMIT_VECTORSECTION_H
