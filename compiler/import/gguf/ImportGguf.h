//===- ImportGguf.h - A GGUF file as a model ---------------------*- C++ -*-===//
//
// Tested by tests/unit/compiler/import/ImportGgufTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_GGUF_IMPORTGGUF_H
#define WEEBILL_COMPILER_IMPORT_GGUF_IMPORTGGUF_H

#include "compiler/import/ImportedModel.h"

namespace weebill {

/// Throws InputError.
ImportedModel importGguf(const std::string &path);

} // namespace weebill

#endif // WEEBILL_COMPILER_IMPORT_GGUF_IMPORTGGUF_H
