//===- ByteLevelSettings.h - BPE on bytes ------------------------*- C++ -*-===//
//
// The normalizer, pre-tokenizer and decoder of a tokenizer.json whose merges work on bytes: GPT-2, SmolLM, Llama 3,
// Qwen. Tested by tests/unit/compiler/import/HuggingFaceTokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_BYTELEVELSETTINGS_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_BYTELEVELSETTINGS_H

#include "codegen/weights/TokenizerKind.h"

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace weebill::huggingface {

/// Whether the pre-tokenizer has a step that turns text into bytes.
bool hasByteLevel(const nlohmann::json &content);

/// How a text is cut by an expression that stands alone, if it is known.
std::optional<weights::TokenizerKind::Pieces> piecesOfExpression(const std::string &expression);

/// Throws UnsupportedTokenizer.
void readByteLevelSettings(const nlohmann::json &content, weights::TokenizerKind &kind);

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_BYTELEVELSETTINGS_H
