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
    if (known && known->around != AroundText::File && (isStated || namedToken("bos_token") || isNone("bos_token")))
      readAround(*known);
  }

private:
  /// What comes around a text for classes that do not ask tokenizer.json: their settings decide.
  void readAround(const TokenizerClass &known) {
    const bool usual = known.around == AroundText::SettingsBefore;
    // Where nothing is stated, a token that the model has no row for is not put there.
    const bool begins = adds("add_bos_token", usual && (isNone("bos_token") || tokenizer.beginning >= 0));
    if (begins && isNone("bos_token"))
      refuseNone("add_bos_token", "bos_token", known);
    if (begins && tokenizer.beginning < 0)
      importer::refuse(path, "'add_bos_token'",
                       "is true, but the model has no row for its 'bos_token': set it to false");
    tokenizer.before.assign(begins ? 1 : 0, tokenizer.beginning);
    tokenizer.behind.clear();
    if (!adds("add_eos_token", false))
      return;
    if (isNone("eos_token"))
      refuseNone("add_eos_token", "eos_token", known);
    if (!namedToken("eos_token"))
      importer::refuse(path, "'add_eos_token'",
                       "is true, but the model has no row for its 'eos_token': set it to false");
    tokenizer.behind = tokenizer.tokens[size_t(tokenizer.end)];
  }

  /// Null is not the same as left out: it adds nothing.
  bool adds(const char *name, bool usual) const {
    return settings.contains(name) ? flagMember(settings, name, false) : usual;
  }

  /// Whether a file says that there is no such token, where the class has one.
  bool isNone(const char *name) const { return settings.contains(name) && tokenText(settings[name]).empty(); }

  [[noreturn]] void refuseNone(const std::string &adds, const std::string &token, const TokenizerClass &known) const {
    importer::refuse(path, weebill::importer::quoted(token),
                     "is none, but the class " + weebill::importer::quoted(std::string(known.name) + "Tokenizer") +
                         " puts it beside every text: name a token, or set " + weebill::importer::quoted(adds) +
                         " to false");
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
