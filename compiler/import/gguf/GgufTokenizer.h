//===- GgufTokenizer.h - The tokenizer inside a GGUF file --------*- C++ -*-===//
//
// Byte-level BPE ("gpt2"), or SentencePiece's ("llama"). Other kinds of tokenizer are not an error: the model runs on
// token ids then, and the reason is kept. Tested by tests/unit/compiler/import/GgufTokenizerTest.cpp and
// tests/emitted/test_tokenizer_families.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_GGUF_GGUFTOKENIZER_H
#define WEEBILL_COMPILER_IMPORT_GGUF_GGUFTOKENIZER_H

#include "compiler/import/gguf/GgufFile.h"

namespace weebill::gguf {

/// The tokenizer, or nothing and the reason in `problem` (empty if the file has none at all). Throws InputError if it
/// is damaged: ids out of range, merges that make no token, a size other than the vocabulary's.
std::optional<importer::TokenizerData> readGgufTokenizer(const GgufFile &file, int64_t vocabulary,
                                                         std::string &problem);

} // namespace weebill::gguf

#endif // WEEBILL_COMPILER_IMPORT_GGUF_GGUFTOKENIZER_H
