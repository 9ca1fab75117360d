//===- GgufTokenizer.h - The tokenizer inside a GGUF file --------*- C++ -*-===//
//
// Byte-level BPE ("gpt2"), or SentencePiece's ("llama"). Other kinds of tokenizer are not an error: the model runs on
// token ids then, and the reason is kept. Tested by tests/unit/compiler/import/GgufTokenizerTest.cpp,
// GgufTokenizerRefusalsTest.cpp and tests/emitted/test_tokenizer_families.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_GGUF_GGUFTOKENIZER_H
#define WEEBILL_COMPILER_IMPORT_GGUF_GGUFTOKENIZER_H

#include "compiler/import/LongLoop.h"
#include "compiler/import/gguf/GgufFile.h"

namespace weebill::gguf {

/// Fills the model's tokenizer, or `tokenizerProblem` (neither if the file has none at all), and notes. Throws
/// InputError if it is damaged: merges that make no token, tokens without a byte.
void readGgufTokenizer(const GgufFile &file, importer::ImportedModel &model, const importer::AskToEnd &ask = {});

} // namespace weebill::gguf

#endif // WEEBILL_COMPILER_IMPORT_GGUF_GGUFTOKENIZER_H
