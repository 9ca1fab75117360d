//===- TokenizerEnds.cpp - What begins and ends a text --------------------===//

#include "compiler/import/huggingface/TokenizerEnds.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/huggingface/ReadJson.h"
#include "compiler/import/huggingface/TokenIds.h"

#include <algorithm>

namespace weebill::huggingface {

using nlohmann::json;

namespace {

class EndsReader {
public:
  EndsReader(const std::string &path, const json &settings, importer::TokenizerData &tokenizer)
      : path(path), settings(settings), tokenizer(tokenizer) {}

  /// A class that no file states, and whose beginning the model has no row for, is not meant.
  void read(const HuggingFaceConfig &config, const TokenizerClass *known) {
    const int32_t beginning = tokenizer.beginning < 0 ? config.beginning : tokenizer.beginning;
    tokenizer.beginning = namedToken("bos_token").value_or(beginning);
    const int64_t end = config.endings.empty() ? -1 : config.endings.front();
    const int32_t stated = end < 0 ? tokenizer.end : end < int64_t(tokenizer.tokens.size()) ? int32_t(end) : -1;
    tokenizer.end = namedToken("eos_token").value_or(stated);
    const bool isStated = findMember(settings, "tokenizer_class") || !config.tokenizerClass.empty();
    if (known && known->around != AroundText::File && (isStated || namedToken("bos_token")))
      readAround(*known);
  }

private:
  /// What comes around a text for classes that do not ask tokenizer.json: their settings decide.
  void readAround(const TokenizerClass &known) {
    const bool begins =
        flagMember(settings, "add_bos_token", known.around == AroundText::SettingsBefore && tokenizer.beginning >= 0);
    if (begins && tokenizer.beginning < 0)
      importer::refuse(path, "'add_bos_token'", "is true, but there is no 'bos_token'");
    tokenizer.before.assign(begins ? 1 : 0, tokenizer.beginning);
    tokenizer.behind.clear();
    if (!flagMember(settings, "add_eos_token", false))
      return;
    if (!namedToken("eos_token"))
      importer::refuse(path, "'add_eos_token'", "is true, but there is no 'eos_token'");
    tokenizer.behind = tokenizer.tokens[size_t(tokenizer.end)];
  }

  /// The id of a token that the settings name. All of them are in the list of added tokens by now: one that the model
  /// has no row for is none.
  std::optional<int32_t> namedToken(const std::string &key) const {
    const json *value = findMember(settings, key);
    const std::string token = value ? tokenText(*value) : "";
    if (token.empty())
      return std::nullopt;
    for (const importer::TokenizerData::Added &added : tokenizer.added)
      if (tokenizer.tokens[size_t(added.id)] == token)
        return added.id;
    const auto found = std::find(tokenizer.tokens.begin(), tokenizer.tokens.end(), token);
    return found == tokenizer.tokens.end() ? std::nullopt : std::optional(int32_t(found - tokenizer.tokens.begin()));
  }

  const std::string &path;
  const json &settings;
  importer::TokenizerData &tokenizer;
};

} // namespace

void readTokenizerEnds(const std::string &path, const json &settings, const HuggingFaceConfig &config,
                       const TokenizerClass *known, importer::TokenizerData &tokenizer) {
  EndsReader(path, settings, tokenizer).read(config, known);
}

} // namespace weebill::huggingface
