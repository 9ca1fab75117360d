//===- TekkenFile.cpp - tekken.json ---------------------------------------===//

#include "compiler/import/huggingface/TekkenFile.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/huggingface/Base64.h"
#include "compiler/import/huggingface/ByteLevelSettings.h"
#include "compiler/import/huggingface/ReadJson.h"
#include "compiler/import/huggingface/UnsupportedTokenizer.h"

#include <string_view>
#include <unordered_map>

namespace weebill::huggingface {

using nlohmann::json;

namespace {

/// Each of a token's bytes may be a place where it was put together, and each such place is looked up.
constexpr size_t kLongestToken = 256;

/// What files of the versions up to 7 leave out.
constexpr const char *kSpecialTokens[] = {
    "<unk>",
    "<s>",
    "</s>",
    "[INST]",
    "[/INST]",
    "[AVAILABLE_TOOLS]",
    "[/AVAILABLE_TOOLS]",
    "[TOOL_RESULTS]",
    "[/TOOL_RESULTS]",
    "[TOOL_CALLS]",
    "[IMG]",
    "<pad>",
    "[IMG_BREAK]",
    "[IMG_END]",
    "[PREFIX]",
    "[MIDDLE]",
    "[SUFFIX]",
    "[SYSTEM_PROMPT]",
    "[/SYSTEM_PROMPT]",
    "[TOOL_CONTENT]",
};

class TekkenReader {
public:
  TekkenReader(const std::string &path, const json &content, int64_t vocabulary, const importer::AskToEnd &ask)
      : path(path), content(content), vocabulary(vocabulary), loop(ask) {}

  importer::TokenizerData read() {
    readConfig();
    data.tokens.resize(size_t(vocabulary));
    data.special.resize(size_t(vocabulary));
    readSpecial();
    readTokens();
    findMerges();
    return std::move(data);
  }

private:
  [[noreturn]] void refuse(const std::string &place, const std::string &what) const {
    importer::refuse(path, place, what);
  }

  /// A count of tokens, of which the model must have rows.
  int64_t count(const json &config, const char *name) const {
    const json *value = findMember(config, name);
    if (!value || !value->is_number_unsigned())
      refuse(weebill::importer::quoted(name) + " of 'config'", "is missing or no number of tokens");
    if (value->get<uint64_t>() > uint64_t(vocabulary))
      throw UnsupportedTokenizer("the tokenizer has " + std::to_string(value->get<uint64_t>()) +
                                 " tokens, the model's vocabulary " + std::to_string(vocabulary));
    return value->get<int64_t>();
  }

  void readConfig() {
    const json *config = findMember(content, "config");
    if (!config)
      refuse("'config'", "is missing");
    const std::string expression = textMember(*config, "pattern");
    const std::optional<weights::TokenizerKind::Pieces> pieces = piecesOfExpression(expression);
    if (!pieces)
      throw UnsupportedTokenizer("the tokenizer's regular expression " + weebill::importer::quoted(expression) +
                                 " is not known");
    data.kind.pieces = *pieces;
    data.kind.wholeWords = true;
    all = count(*config, "default_vocab_size");
    special = count(*config, "default_num_special_tokens");
    if (special > all)
      refuse("'default_num_special_tokens' of 'config'",
             "is " + std::to_string(special) + " of " + std::to_string(all) + " tokens in all");
  }

  void addSpecial(int64_t id, const std::string &text) {
    if (!specialIds.emplace(text, int32_t(id)).second)
      refuse("special token " + std::to_string(id), weebill::importer::quoted(text) + " is there twice");
    data.tokens[size_t(id)] = text;
    data.special[size_t(id)] = true;
    data.added.push_back({int32_t(id), text});
  }

  /// Numbers that have no name are called as the package calls them.
  void readSpecial() {
    std::vector<std::string> names;
    if (const json *list = findMember(content, "special_tokens"); list && list->is_array())
      for (const json &token : *list) {
        const json *rank = findMember(token, "rank");
        const std::string text = textMember(token, "token_str");
        if (!rank || *rank != names.size() || text.empty())
          refuse("special token " + std::to_string(names.size()), "has no text, or another rank");
        names.push_back(text);
      }
    else
      names.assign(std::begin(kSpecialTokens), std::end(kSpecialTokens));
    if (names.size() > size_t(special))
      refuse("'special_tokens'",
             "has " + std::to_string(names.size()) + " tokens, 'config' says " + std::to_string(special));
    for (int64_t id = 0; id < special; ++id)
      addSpecial(id, id < int64_t(names.size()) ? names[size_t(id)] : "<SPECIAL_" + std::to_string(id) + ">");
    const auto idOf = [&](const char *text) {
      const auto found = specialIds.find(text);
      return found == specialIds.end() ? -1 : found->second;
    };
    data.beginning = idOf("<s>");
    data.before.assign(data.beginning >= 0 ? 1 : 0, data.beginning);
    data.end = idOf("</s>");
  }

  void readTokens() {
    const json *list = findMember(content, "vocab");
    const size_t plain = size_t(all - special);
    if (!list || !list->is_array() || list->size() < plain)
      refuse("'vocab'", "is no list of " + std::to_string(plain) + " tokens");
    bytesOf.reserve(plain);
    for (size_t rank = 0; rank < plain; ++rank) {
      loop.turn();
      const json &token = (*list)[rank];
      const std::string place = "token " + std::to_string(rank);
      const json *stated = findMember(token, "rank");
      if (!stated || *stated != rank)
        refuse(place, "has another rank");
      const std::optional<std::string> bytes = bytesOfBase64(textMember(token, "token_bytes"));
      if (!bytes || bytes->empty())
        refuse(place, "has no bytes, or they are no Base64");
      if (bytes->size() > kLongestToken)
        throw UnsupportedTokenizer("token " + std::to_string(rank) + " has " + std::to_string(bytes->size()) +
                                   " bytes, supported are " + std::to_string(kLongestToken));
      const int32_t id = int32_t(special) + int32_t(rank);
      data.tokens[size_t(id)] = *bytes;
      if (!bytesOf.emplace(data.tokens[size_t(id)], id).second)
        refuse(place, "has the bytes of another token");
      data.words.push_back({*bytes, id});
      if (bytes->size() == 1)
        data.bytes[uint8_t((*bytes)[0])] = id;
    }
    for (size_t byte = 0; byte < data.bytes.size(); ++byte)
      if (data.bytes[byte] < 0)
        throw UnsupportedTokenizer("the tokenizer has no token for byte " + std::to_string(byte) +
                                   ", which is not supported");
  }

  /// Two tokens are merged if their bytes together are a token, the earlier the smaller its rank.
  void findMerges() {
    for (const importer::TokenizerData::Word &word : data.words) {
      const std::string_view bytes = word.text;
      for (size_t cut = 1; cut < bytes.size(); ++cut) {
        loop.turn();
        const auto left = bytesOf.find(bytes.substr(0, cut)), right = bytesOf.find(bytes.substr(cut));
        if (left != bytesOf.end() && right != bytesOf.end())
          data.merges.push_back({left->second, right->second, word.id, uint32_t(word.id)});
      }
    }
  }

  const std::string &path;
  const json &content;
  const int64_t vocabulary;
  importer::LongLoop loop;
  importer::TokenizerData data;
  int64_t all = 0, special = 0;
  std::unordered_map<std::string_view, int32_t> bytesOf; // texts of data.tokens
  std::unordered_map<std::string, int32_t> specialIds;
};

} // namespace

importer::TokenizerData readTekkenFile(const std::string &path, const json &content, int64_t vocabulary,
                                       const importer::AskToEnd &ask) {
  return TekkenReader(path, content, vocabulary, ask).read();
}

} // namespace weebill::huggingface
