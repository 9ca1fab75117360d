//===- ImportGguf.h - A GGUF file as a model ---------------------*- C++ -*-===//
//
// Tested by tests/unit/compiler/import/ImportGgufTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_GGUF_IMPORTGGUF_H
#define WEEBILL_COMPILER_IMPORT_GGUF_IMPORTGGUF_H

#include "compiler/import/ImportedModel.h"

namespace weebill::gguf {

/// Throws InputError.
importer::ImportedModel importGguf(const std::string &path, const importer::ImportOptions &options);

} // namespace weebill::gguf

#endif // WEEBILL_COMPILER_IMPORT_GGUF_IMPORTGGUF_H
