//===- ImportHuggingFace.h - A model folder as a model -----------*- C++ -*-===//
//
// A folder as Hugging Face's libraries save it: config.json, safetensors, tokenizer.json. Tested by
// tests/unit/compiler/import/ImportHuggingFaceTest.cpp, DamagedFoldersTest.cpp and tests/emitted/test_huggingface.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_IMPORTHUGGINGFACE_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_IMPORTHUGGINGFACE_H

#include "compiler/import/ImportedModel.h"

namespace weebill::huggingface {

/// Whether `path` is a folder with a config.json.
bool isModelFolder(const std::string &path);

/// Throws InputError.
importer::ImportedModel importHuggingFace(const std::string &folder, const importer::ImportOptions &options);

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_IMPORTHUGGINGFACE_H
