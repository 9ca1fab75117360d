//===- HuggingFaceTokenizer.cpp - tokenizer.json --------------------------===//
//
// Tested by tests/unit/compiler/import/HuggingFaceTokenizerTest.cpp and tests/emitted/test_huggingface.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/HuggingFaceTokenizer.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/gguf/ByteLetters.h"
#include "compiler/import/huggingface/ByteLevelBpe.h"
#include "compiler/import/huggingface/ReadJson.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace weebill {

using nlohmann::json;

namespace {

constexpr char kWord[] = "the vocabulary";

/// Whether a text could hold both so that they share a byte.
bool canOverlap(const std::string &a, const std::string &b) {
  if (a.find(b) != a.npos || b.find(a) != b.npos)
    return true;
  const auto endMeetsBeginning = [](const std::string &first, const std::string &second) {
    for (size_t length = 1; length < std::min(first.size(), second.size()); ++length)
      if (first.ends_with(std::string_view(second).substr(0, length)))
        return true;
    return false;
  };
  return endMeetsBeginning(a, b) || endMeetsBeginning(b, a);
}

class TokenizerReader {
public:
  TokenizerReader(const std::string &path, const json &content, int64_t vocabulary)
      : path(path), content(content), model(content.at("model")), vocabulary(vocabulary) {
    data.tokens.resize(size_t(vocabulary));
    data.special.resize(size_t(vocabulary));
    data.userDefined.resize(size_t(vocabulary));
    named.resize(size_t(vocabulary));
  }

  TokenizerData read(const ByteLevelBpe &kind) {
    data.preTokenizer = kind.preTokenizer;
    readAdded();
    readVocabulary();
    readMerges();
    checkUnknown();
    if (!kind.beginning.empty()) {
      data.beginning = idOfPart(kind.beginning, "post_processor");
      data.addBeginning = true;
    }
    return std::move(data);
  }

private:
  int32_t checkedId(const json &id, const std::string &text) const {
    if (!id.is_number_unsigned())
      refuse(path, "token " + weebill::quoted(text), "has no id");
    // A model's matrix may have more rows than the tokenizer has tokens, not fewer.
    if (id.get<uint64_t>() >= uint64_t(vocabulary))
      throw UnsupportedTokenizer("token " + std::to_string(id.get<uint64_t>()) + " " + weebill::quoted(text) +
                                 " is outside the model's vocabulary of " + std::to_string(vocabulary));
    return id.get<int32_t>();
  }

  void name(int32_t id, const std::string &text, const std::string &bytes) {
    const std::string place = "token " + std::to_string(id);
    if (const auto [first, isNew] = idOf.emplace(text, id); !isNew)
      refuse(path, place, weebill::quoted(text) + " is token " + std::to_string(first->second) + " already");
    if (named[size_t(id)])
      refuse(path, place, "is " + weebill::quoted(text) + " and has another text already");
    named[size_t(id)] = true;
    data.tokens[size_t(id)] = bytes;
  }

  void readAdded() {
    const json *added = findMember(content, "added_tokens");
    if (!added)
      return;
    std::vector<std::string> early, late; // found in the text first, and in what is left
    for (const json &token : *added) {
      const std::string text = textMember(token, "content");
      const json *id = findMember(token, "id");
      if (text.empty() || !id)
        refuse(path, "added_tokens", "has a token without text or id");
      for (const char *setting : {"single_word", "lstrip", "rstrip"})
        if (flagMember(token, setting, false))
          throw UnsupportedTokenizer("token " + weebill::quoted(text) + " is matched with " + weebill::quoted(setting) +
                                     ", which is not supported");
      const int32_t number = checkedId(*id, text);
      name(number, text, text);
      const bool special = flagMember(token, "special", false);
      data.special[size_t(number)] = special;
      data.userDefined[size_t(number)] = !special;
      (flagMember(token, "normalized", !special) ? late : early).push_back(text);
    }
    refuseOverlaps(early, late);
  }

  /// Emitted programs look for all of them at once. That is the same as long as none of the second kind can meet one of
  /// the first.
  static void refuseOverlaps(const std::vector<std::string> &early, const std::vector<std::string> &late) {
    constexpr size_t kMostPairs = 1 << 22, kMostWork = 1 << 30; // of each byte with each
    const auto bytesOf = [](const std::vector<std::string> &texts) {
      size_t bytes = 1;
      for (const std::string &text : texts)
        bytes += text.size();
      return bytes;
    };
    if (!late.empty() && (early.size() > kMostPairs / late.size() || bytesOf(early) > kMostWork / bytesOf(late)))
      throw UnsupportedTokenizer("the tokenizer has too many added tokens, " +
                                 std::to_string(early.size() + late.size()));
    for (const std::string &a : early)
      for (const std::string &b : late)
        if (canOverlap(a, b))
          throw UnsupportedTokenizer("the added tokens " + weebill::quoted(a) + " and " + weebill::quoted(b) +
                                     " can overlap and differ in 'normalized', which is not supported");
  }

  void readVocabulary() {
    const json *words = findMember(model, "vocab");
    if (!words || !words->is_object())
      refuse(path, kWord, "is missing");
    for (const auto &[text, number] : words->items()) {
      const int32_t id = checkedId(number, text);
      if (const auto added = idOf.find(text); added != idOf.end() && added->second == id)
        continue; // an added token that is in the vocabulary as well
      const std::optional<std::string> bytes = bytesOfLetters(text);
      if (!bytes)
        throw UnsupportedTokenizer("token " + std::to_string(id) + " " + weebill::quoted(text) +
                                   " has a letter that stands for no byte");
      name(id, text, *bytes);
    }
  }

  int32_t idOfPart(const std::string &text, const std::string &place) const {
    const auto found = idOf.find(text);
    if (found == idOf.end())
      refuse(path, place, weebill::quoted(text) + " is not a token");
    return found->second;
  }

  /// "left right", or ["left", "right"].
  std::pair<std::string, std::string> parts(const json &merge, const std::string &place) const {
    if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string())
      return {merge[0].get<std::string>(), merge[1].get<std::string>()};
    const std::string text = merge.is_string() ? merge.get<std::string>() : "";
    const size_t space = text.find(' '); // no letter is a space, so there is exactly one
    if (space == text.npos || space == 0 || space + 1 == text.size() || text.find(' ', space + 1) != text.npos)
      refuse(path, place, weebill::quoted(text) + " is not two tokens with one space between them");
    return {text.substr(0, space), text.substr(space + 1)};
  }

  void readMerges() {
    const json *merges = findMember(model, "merges");
    if (!merges || !merges->is_array())
      refuse(path, "the merges", "are missing");
    std::unordered_set<uint64_t> pairs;
    for (size_t rank = 0; rank < merges->size(); ++rank) {
      const std::string place = "merge " + std::to_string(rank);
      const auto [left, right] = parts((*merges)[rank], place);
      const TokenizerData::Merge merge{idOfPart(left, place), idOfPart(right, place), idOfPart(left + right, place)};
      if (!pairs.insert(uint64_t(merge.left) << 32 | uint64_t(merge.right)).second)
        refuse(path, place, weebill::quoted(left + " " + right) + " occurs twice");
      data.merges.push_back(merge);
    }
  }

  /// Emitted programs leave bytes out that have no token; an unknown token would stand in their place.
  void checkUnknown() const {
    const std::string unknown = textMember(model, "unk_token");
    if (unknown.empty())
      return;
    std::unordered_set<std::string> bytes;
    for (size_t id = 0; id < data.tokens.size(); ++id)
      if (data.tokens[id].size() == 1 && !data.special[id] && !data.userDefined[id])
        bytes.insert(data.tokens[id]);
    if (bytes.size() < 256)
      throw UnsupportedTokenizer("the tokenizer has " + weebill::quoted(unknown) + " for unknown bytes and only " +
                                 std::to_string(bytes.size()) + " of the 256 bytes, which is not supported");
  }

  const std::string &path;
  const json &content, &model;
  int64_t vocabulary;
  TokenizerData data;
  std::vector<bool> named; // ids that have a text
  std::unordered_map<std::string, int32_t> idOf;
};

} // namespace

std::optional<TokenizerData> readHuggingFaceTokenizer(const std::string &path, const json &content, int64_t vocabulary,
                                                      std::string &problem) {
  problem.clear();
  try {
    const ByteLevelBpe kind = readByteLevelBpe(content);
    return TokenizerReader(path, content, vocabulary).read(kind);
  } catch (const UnsupportedTokenizer &unsupported) {
    problem = unsupported.what();
    return std::nullopt;
  }
}

} // namespace weebill
