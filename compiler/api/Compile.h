//===- Compile.h - The compiler as a function --------------------*- C++ -*-===//
//
// No file is written, nothing is printed, no signal is handled and no process is run. Calls of several threads do not
// disturb each other: nothing of a call is global, but that one thread at a time makes kernels (CompiledModel.cpp says
// why). Tested by tests/unit/compiler/api/CompileTest.cpp and tests/unit/compiler/api/CancelTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_API_COMPILE_H
#define WEEBILL_COMPILER_API_COMPILE_H

#include "compiler/api/CompiledModel.h"

namespace weebill::api {

/// Reads the model that `options` name, and plans it. Throws UsageError and InputError, about the file, about options
/// that do not fit it, or with the first complaint of a pass; Cancelled; anything else is a fault of Weebill.
CompiledModel compile(const CompileOptions &options, Observer &observer);

/// The same for a model that is at hand; `options.model` is not read.
CompiledModel compile(const importer::ImportedModel &model, const CompileOptions &options, Observer &observer);

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_COMPILE_H
