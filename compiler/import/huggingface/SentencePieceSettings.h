//===- SentencePieceSettings.h - BPE on characters ---------------*- C++ -*-===//
//
// The normalizer, pre-tokenizer and decoder of a tokenizer.json that was made from a SentencePiece model with byte
// fallback: Llama 2, TinyLlama, MobileLLM. Tested by tests/unit/compiler/import/HuggingFaceTokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_SENTENCEPIECESETTINGS_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_SENTENCEPIECESETTINGS_H

#include "codegen/weights/TokenizerKind.h"

#include <nlohmann/json_fwd.hpp>

namespace weebill::huggingface {

/// Throws UnsupportedTokenizer.
void readSentencePieceSettings(const nlohmann::json &content, weights::TokenizerKind &kind);

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_SENTENCEPIECESETTINGS_H
