//===- TokenIds.cpp - Tokens that a folder's files name -------------------===//
//
// Tested by tests/unit/compiler/import/StopTokensTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/TokenIds.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/huggingface/ReadJson.h"

#include <cmath>

namespace weebill::huggingface {

using nlohmann::json;

static std::optional<int64_t> wholeNumber(const json &value) {
  if (value.is_number_unsigned() && value.get<uint64_t>() > uint64_t(INT64_MAX))
    return std::nullopt;
  if (value.is_number_float() && value.get<double>() == std::floor(value.get<double>()) &&
      std::abs(value.get<double>()) <= double(INT32_MAX))
    return int64_t(value.get<double>());
  return value.is_number_integer() ? std::optional(value.get<int64_t>()) : std::nullopt;
}

std::string tokenText(const json &value) {
  return value.is_string() ? value.get<std::string>() : textMember(value, "content");
}

std::optional<int64_t> idInFile(const json &tokenizer, const std::string &text) {
  if (text.empty())
    return std::nullopt;
  if (const json *added = findMember(tokenizer, "added_tokens"); added && added->is_array())
    for (const json &token : *added)
      if (const json *id = findMember(token, "id"); id && textMember(token, "content") == text)
        return wholeNumber(*id);
  const json *model = findMember(tokenizer, "model");
  const json *vocabulary = model ? findMember(*model, "vocab") : nullptr;
  if (!vocabulary)
    return std::nullopt;
  if (const json *id = findMember(*vocabulary, text)) // BPE, WordPiece: text and number
    return wholeNumber(*id);
  if (vocabulary->is_array()) // Unigram: text and score, in the order of the numbers
    for (size_t id = 0; id < vocabulary->size(); ++id)
      if (const json &entry = (*vocabulary)[id]; entry.is_array() && !entry.empty() && entry[0] == text)
        return int64_t(id);
  return std::nullopt;
}

std::vector<int64_t> readEndings(const std::string &path) {
  const json settings = readJsonFile(path);
  const json *value = findMember(settings, "eos_token_id");
  if (!value)
    return {};
  constexpr size_t kMost = 1000; // they are compared one by one with every token that is generated
  if (value->is_array() && value->size() > kMost)
    importer::refuse(path, "'eos_token_id'",
                     "has " + std::to_string(value->size()) + " tokens, at most " + std::to_string(kMost) +
                         " are read");
  std::vector<int64_t> tokens;
  for (const json &token : value->is_array() ? *value : json::array({*value})) {
    const std::optional<int64_t> id = wholeNumber(token);
    if (!id)
      importer::refuse(path, "'eos_token_id'",
                       weebill::importer::quoted(token.dump()) + " is not the number of a token");
    tokens.push_back(*id);
  }
  return tokens;
}

} // namespace weebill::huggingface
