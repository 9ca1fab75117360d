//===- GgufArchitecture.h - Sizes of a model in GGUF --------------*- C++ -*-===//
//
// Reads the architecture from the metadata and makes sure that the file is exactly that: every tensor the model needs
// is there in its shape, and nothing is there, key or tensor, that would change the numbers and is not computed. What
// is unknown is refused by name. Tested by tests/unit/compiler/import/GgufArchitectureTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_GGUF_GGUFARCHITECTURE_H
#define WEEBILL_COMPILER_IMPORT_GGUF_GGUFARCHITECTURE_H

#include "compiler/import/IgnoredFields.h"
#include "compiler/import/gguf/GgufFile.h"

namespace weebill::gguf {

/// Throws InputError for another family and for everything that is not supported.
importer::Architecture readGgufArchitecture(const GgufFile &file, const importer::IgnoredFields &ignored = {});

} // namespace weebill::gguf

#endif // WEEBILL_COMPILER_IMPORT_GGUF_GGUFARCHITECTURE_H
