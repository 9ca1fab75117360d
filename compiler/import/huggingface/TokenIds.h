//===- TokenIds.h - Tokens that a folder's files name ------------*- C++ -*-===//
//
// By number or by text, whether or not the tokenizer is one that can be used. Tested by
// tests/unit/compiler/import/StopTokensTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_TOKENIDS_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_TOKENIDS_H

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace weebill::huggingface {

/// The text of a token in a settings file: a text, or an object with one; empty for anything else.
std::string tokenText(const nlohmann::json &value);

/// The id of a text in a tokenizer.json of any kind, its added tokens first; nothing if it is not there.
std::optional<int64_t> idInFile(const nlohmann::json &tokenizer, const std::string &text);

/// `eos_token_id` of a file: one or several, -1 for none. Throws InputError for what is no number of a token.
std::vector<int64_t> readEndings(const std::string &path);

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_TOKENIDS_H
