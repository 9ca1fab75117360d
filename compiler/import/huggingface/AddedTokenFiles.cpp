//===- AddedTokenFiles.cpp - Tokens that stand beside a vocabulary --------===//
//
// Tested by tests/unit/compiler/import/AddedTokenFilesTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/AddedTokenFiles.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/huggingface/ReadJson.h"
#include "compiler/import/huggingface/TokenIds.h"
#include "compiler/import/huggingface/TokenizerClass.h"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <unordered_map>
#include <unordered_set>

namespace weebill::huggingface {

using nlohmann::json;

namespace {

/// In the order in which transformers adds them.
constexpr const char *kSpecialNames[] = {"bos_token", "eos_token", "unk_token", "sep_token",
                                         "pad_token", "cls_token", "mask_token"};

constexpr const char *kFlags[] = {"single_word", "lstrip", "rstrip", "normalized", "special"};

/// A token with all its flags, as transformers' AddedToken(**value) makes them.
json fullToken(const std::string &content, const json &flags, bool special) {
  return {{"content", content},
          {"single_word", flagMember(flags, "single_word", false)},
          {"lstrip", flagMember(flags, "lstrip", false)},
          {"rstrip", flagMember(flags, "rstrip", false)},
          {"normalized", flagMember(flags, "normalized", !special)},
          {"special", special}};
}

bool areEqual(const json &a, const json &b) {
  return a["content"] == b["content"] &&
         std::all_of(std::begin(kFlags), std::end(kFlags), [&](const char *flag) { return a[flag] == b[flag]; });
}

/// The key of added_tokens_decoder, a number as text.
int64_t numberOf(const std::string &key) {
  const bool digits = !key.empty() && key.size() <= 9 && key.find_first_not_of("0123456789") == key.npos;
  if (!digits)
    throw std::invalid_argument("'added_tokens_decoder' has the key " + importer::quoted(key) +
                                ", which is no number of a token");
  return std::stoll(key);
}

class TokenList {
public:
  explicit TokenList(const BaseVocabulary &base) : base(base) {
    for (const json &token : base.own) { // stays as it is, damage included: its reader complains
      all.push_back(token);
      const json *id = findMember(token, "id");
      const std::string content = textMember(token, "content");
      if (id && id->is_number_unsigned() && !content.empty())
        place.emplace(content, all.size() - 1);
      if (id && id->is_number_unsigned())
        largest = std::max(largest, int64_t(std::min<uint64_t>(id->get<uint64_t>(), INT32_MAX)));
    }
  }

  bool has(const std::string &content) const { return place.contains(content); }

  /// As the package `tokenizers` does: a token that is in the vocabulary keeps its id, a new one gets the next.
  void add(json token) {
    const std::string content = token["content"];
    if (content.empty())
      return;
    if (const auto found = place.find(content); found != place.end()) {
      json &old = all[found->second];
      const bool wasSpecial = flagMember(old, "special", false); // a token does not lose it
      token["id"] = old["id"];
      if (areEqual(fullToken(content, old, wasSpecial), token))
        return;
      token["special"] = token["special"] == true || wasSpecial;
      old = std::move(token);
      return;
    }
    const int64_t id = base.idOf(content).value_or(std::max(largest + 1, base.size));
    largest = std::max(largest, id);
    token["id"] = uint64_t(id);
    place.emplace(content, all.size());
    all.push_back(std::move(token));
  }

  json take() { return std::move(all); }

private:
  const BaseVocabulary &base;
  json all = json::array();
  std::unordered_map<std::string, size_t> place;
  int64_t largest = -1;
};

/// Sets the special tokens that a class has where the settings leave them out; null says that there is none.
void addDefaults(const TokenizerClass &known, json &settings) {
  for (const char *name : kSpecialNames)
    if (const std::string_view text = known.specialToken(name); !text.empty() && !settings.contains(name))
      settings[name] = text;
  json more = json::array();
  for (const auto &[name, text] : known.more)
    if (!settings.contains(name))
      more.push_back(text);
    else if (const std::string stated = tokenText(settings[std::string(name)]); !stated.empty())
      more.push_back(stated);
  if (more.empty())
    return;
  json &listed = settings["additional_special_tokens"];
  if (!listed.is_array())
    listed = json::array();
  listed.insert(listed.end(), more.begin(), more.end());
}

/// Special tokens by name, in order, as objects or texts.
std::vector<json> namedTokens(const json &settings) {
  std::vector<json> named;
  const auto add = [&](const json &value) {
    if (!tokenText(value).empty())
      named.push_back(value);
  };
  for (const char *name : kSpecialNames)
    if (const json *value = findMember(settings, name))
      add(*value);
  if (const json *more = findMember(settings, "additional_special_tokens"); more && more->is_array())
    for (const json &value : *more)
      add(value);
  if (const json *more = findMember(settings, "extra_special_tokens"); more && more->is_object())
    for (const json &value : *more)
      add(value);
  return named;
}

/// added_tokens_decoder, or what older folders have in its place; by number.
std::map<int64_t, json> tokensByNumber(const AddedTokenFiles &files, const std::unordered_set<std::string> &named) {
  std::map<int64_t, json> tokens;
  if (const json *decoder = findMember(files.settings, "added_tokens_decoder")) {
    if (!decoder->is_object())
      throw std::invalid_argument("'added_tokens_decoder' is not an object");
    for (const auto &[key, value] : decoder->items()) {
      if (!value.is_object() || textMember(value, "content").empty())
        throw std::invalid_argument("'added_tokens_decoder' has a token without text");
      tokens[numberOf(key)] = fullToken(textMember(value, "content"), value, flagMember(value, "special", false));
    }
    return tokens;
  }
  for (const auto &[text, number] : files.addedTokens.items()) {
    if (!number.is_number_unsigned() || number.get<uint64_t>() > uint64_t(INT32_MAX))
      throw std::invalid_argument("added_tokens.json gives " + importer::quoted(text) + " no number of a token");
    tokens[number.get<int64_t>()] = fullToken(text, json::object(), named.contains(text));
  }
  return tokens;
}

} // namespace

json AddedTokenFiles::effectiveSettings(const std::string &usualClass) const {
  json result = settings;
  if (!findMember(settings, "added_tokens_decoder"))
    for (const auto &[name, value] : specialMap.items()) {
      if (const json *old = findMember(result, name); old && old->is_array() && value.is_array()) {
        std::unordered_set<std::string> seen;
        json merged = json::array();
        for (const json *list : {old, &value})
          for (const json &token : *list)
            if (seen.insert(token.dump()).second)
              merged.push_back(token);
        result[name] = std::move(merged);
      } else {
        result[name] = value;
      }
    }
  if (const TokenizerClass *known = findTokenizerClass(textMember(result, "tokenizer_class", usualClass)))
    addDefaults(*known, result);
  return result;
}

bool AddedTokenFiles::isOfClassAlone(const std::string &token, const TokenizerClass *known) const {
  const auto isStated = [&](const std::string &name) { return settings.contains(name) || specialMap.contains(name); };
  if (!known)
    return false;
  for (const char *name : kSpecialNames)
    if (known->specialToken(name) == token && !isStated(name))
      return true;
  return std::any_of(known->more.begin(), known->more.end(),
                     [&](const auto &one) { return one.second == token && !isStated(std::string(one.first)); });
}

json completeAddedTokens(const BaseVocabulary &base, const AddedTokenFiles &files, const json &settings) {
  const std::vector<json> named = namedTokens(settings);
  std::unordered_set<std::string> names;
  for (const json &value : named)
    names.insert(tokenText(value));
  std::map<int64_t, json> byNumber = tokensByNumber(files, names);
  if (!findMember(files.settings, "added_tokens_decoder"))
    for (const json &token : base.own) // the vocabulary's own list stands above older files
      if (const json *id = findMember(token, "id"); id && id->is_number_unsigned())
        byNumber.erase(int64_t(std::min<uint64_t>(id->get<uint64_t>(), INT64_MAX)));
  TokenList list(base);
  for (auto &[number, token] : byNumber) {
    if (names.contains(token["content"].get<std::string>()))
      token["special"] = true;
    list.add(std::move(token));
  }
  for (const json &value : named)
    if (const std::string content = tokenText(value); !list.has(content))
      list.add(fullToken(content, value, true));
  return list.take();
}

} // namespace weebill::huggingface
