//===- SentencePieceSettings.h - Pieces of characters ------------*- C++ -*-===//
//
// The normalizer, pre-tokenizer and decoder of a tokenizer.json that was made from a SentencePiece model: BPE with byte
// fallback (Llama 2, TinyLlama, MobileLLM), or a unigram vocabulary. Tested by
// tests/unit/compiler/import/HuggingFaceTokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_SENTENCEPIECESETTINGS_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_SENTENCEPIECESETTINGS_H

#include "compiler/import/huggingface/TokenizerSettings.h"

namespace weebill::huggingface {

/// Whether the decoder makes spaces of U+2581 and nothing else: names of bytes are printed as they stand.
bool decodesMarksOnly(const nlohmann::json &content);

/// Of `settings`, kind.byScores is right already. Throws UnsupportedTokenizer.
void readSentencePieceSettings(const nlohmann::json &content, TokenizerSettings &settings);

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_SENTENCEPIECESETTINGS_H
