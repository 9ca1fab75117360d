//===- TokenizerSettings.h - Kinds of tokenizer.json that are read -*- C++ -*-===//
//
// Decides whether the settings of a tokenizer.json, everything but its vocabulary, are a kind that emitted programs
// know: BPE on bytes, or on characters with bytes to fall back to. Tested by
// tests/unit/compiler/import/HuggingFaceTokenizerTest.cpp and TokensAroundTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_TOKENIZERSETTINGS_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_TOKENIZERSETTINGS_H

#include "codegen/weights/TokenizerKind.h"
#include "compiler/import/huggingface/UnsupportedTokenizer.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace weebill::huggingface {

/// A token that stands beside every text: its number is what the file says, whatever the vocabulary calls it.
struct TokenBeside {
  std::string name;
  uint64_t id = 0;
};

struct TokenizerSettings {
  weights::TokenizerKind kind;
  std::vector<TokenBeside> before, behind; // every text
  std::string map;                         // of characters, in Base64, empty for none
};

/// Throws UnsupportedTokenizer.
TokenizerSettings readTokenizerSettings(const nlohmann::json &content);

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_TOKENIZERSETTINGS_H
