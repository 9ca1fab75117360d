//===- SpecialTokens.h - Tokens that a GGUF file names -----------*- C++ -*-===//
//
// Tested by tests/unit/compiler/import/SpecialTokensTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_GGUF_SPECIALTOKENS_H
#define WEEBILL_COMPILER_IMPORT_GGUF_SPECIALTOKENS_H

#include "compiler/import/gguf/Metadata.h"

namespace weebill::gguf {

inline constexpr const char *kBeginningKey = "tokenizer.ggml.bos_token_id";
inline constexpr const char *kEndKey = "tokenizer.ggml.eos_token_id";

/// The token that llama.cpp takes for a file without that key (src/llama-vocab.cpp): of SentencePiece's vocabularies
/// 1 begins a text and 2 ends it, of unigram ones 1 ends it. Nothing if the file has the key, whatever it says, or if
/// the token has a text of its own there: what a text may contain does not end it. llama.cpp's numbers for byte-level
/// vocabularies are GPT-2's by mistake, and are not taken.
std::optional<int64_t> usualToken(const Metadata &metadata, std::string_view key);

/// What the key says; otherwise the usual one.
std::optional<int64_t> specialToken(const Metadata &metadata, std::string_view key);

} // namespace weebill::gguf

#endif // WEEBILL_COMPILER_IMPORT_GGUF_SPECIALTOKENS_H
