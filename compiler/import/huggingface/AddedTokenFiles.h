//===- AddedTokenFiles.h - Tokens that stand beside a vocabulary -*- C++ -*-===//
//
// tokenizer_config.json, special_tokens_map.json and added_tokens.json add tokens to a vocabulary, or change how its
// own are looked for. What decides over what is transformers' (tokenization_utils_base.py and _fast.py, 4.57), because
// models were trained with it. Tested by tests/unit/compiler/import/AddedTokenFilesTest.cpp, and against transformers
// by tests/emitted/test_added_tokens.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_ADDEDTOKENFILES_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_ADDEDTOKENFILES_H

#include "compiler/import/huggingface/TokenizerClass.h"

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace weebill::huggingface {

/// What the files say, as JSON; an object without members for one that is not there.
struct AddedTokenFiles {
  nlohmann::json settings = nlohmann::json::object();    // tokenizer_config.json
  nlohmann::json specialMap = nlohmann::json::object();  // special_tokens_map.json
  nlohmann::json addedTokens = nlohmann::json::object(); // added_tokens.json: text to id

  /// The settings that hold: older folders have their special tokens in a file of their own, which then decides, and
  /// the tokenizer's class names those that are left out. `usualClass`: if the settings name none.
  nlohmann::json effectiveSettings(const std::string &usualClass) const;

  /// Whether a token is there because `known` has it, if not nullptr, and no file names it.
  bool isOfClassAlone(const std::string &token, const TokenizerClass *known) const;
};

/// The ids that a vocabulary gives.
struct BaseVocabulary {
  std::function<std::optional<int64_t>(const std::string &)> idOf;
  int64_t size = 0;   // what a token that is new gets, if nothing is beyond
  nlohmann::json own; // its list of added tokens, each with content, id and flags
};

/// The whole list of added tokens: those of the vocabulary, then what the files add or change, each with its id.
/// `settings`: those that hold. Throws std::invalid_argument with what is wrong with an entry.
nlohmann::json completeAddedTokens(const BaseVocabulary &base, const AddedTokenFiles &files,
                                   const nlohmann::json &settings);

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_ADDEDTOKENFILES_H
