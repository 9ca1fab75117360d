//===- GgufStopTokens.h - What a GGUF file's texts end with ------*- C++ -*-===//
//
// Tested by tests/unit/compiler/import/StopTokensTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_GGUF_GGUFSTOPTOKENS_H
#define WEEBILL_COMPILER_IMPORT_GGUF_GGUFSTOPTOKENS_H

#include "compiler/import/gguf/GgufFile.h"

namespace weebill::gguf {

/// Adds to the model's stop tokens those that the file names by id (end of text, turn and message), and those that
/// llama.cpp knows by their text. Neither a tokenizer nor a chat template is needed.
void readGgufStopTokens(const GgufFile &file, importer::ImportedModel &model);

} // namespace weebill::gguf

#endif // WEEBILL_COMPILER_IMPORT_GGUF_GGUFSTOPTOKENS_H
