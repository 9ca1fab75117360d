//===- HuggingFaceTokenizer.cpp - tokenizer.json --------------------------===//
//
// Tested by tests/unit/compiler/import/HuggingFaceTokenizerTest.cpp and tests/emitted/test_tokenizer_families.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/HuggingFaceTokenizer.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/gguf/ByteLetters.h"
#include "compiler/import/huggingface/AddedTokens.h"
#include "compiler/import/huggingface/Base64.h"
#include "compiler/import/huggingface/ReadJson.h"
#include "compiler/import/huggingface/SentencePieceSettings.h"
#include "compiler/import/huggingface/TokenizerSettings.h"
#include "compiler/import/sentencepiece/CharacterMap.h"
#include "compiler/import/sentencepiece/CharacterTokens.h"
#include "compiler/import/sentencepiece/ScoredVocabulary.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

namespace weebill::huggingface {

using nlohmann::json;

namespace {

class TokenizerReader {
public:
  TokenizerReader(const std::string &path, const json &content, int64_t vocabulary, const importer::AskToEnd &ask)
      : path(path), content(content), model(content.at("model")), vocabulary(vocabulary),
        decodesMarks(decodesMarksOnly(content)), loop(ask) {
    data.tokens.resize(size_t(vocabulary));
    data.special.resize(size_t(vocabulary));
    named.resize(size_t(vocabulary));
  }

  importer::TokenizerData read(const TokenizerSettings &settings) {
    data.kind = settings.kind;
    readMap(settings.map);
    readAdded();
    if (data.kind.byScores) {
      readScores();
    } else {
      readVocabulary();
      checkBytes();
      readMerges();
    }
    for (const TokenBeside &token : settings.before)
      data.before.push_back(checkedId(token.id, token.name));
    if (data.before.size() == 1)
      data.beginning = data.before.front();
    for (const TokenBeside &token : settings.behind)
      data.behind += data.tokens[size_t(checkedId(token.id, token.name))];
    return std::move(data);
  }

private:
  bool onCharacters() const { return data.kind.symbols == weights::TokenizerKind::Symbols::Characters; }

  int32_t checkedId(const json &id, const std::string &text) const {
    if (!id.is_number_unsigned())
      importer::refuse(path, "token " + weebill::importer::quoted(text), "has no id");
    // A model's matrix may have more rows than the tokenizer has tokens, not fewer.
    if (id.get<uint64_t>() >= uint64_t(vocabulary))
      throw UnsupportedTokenizer("token " + std::to_string(id.get<uint64_t>()) + " " + weebill::importer::quoted(text) +
                                 " is outside the model's vocabulary of " + std::to_string(vocabulary));
    return id.get<int32_t>();
  }

  void name(int32_t id, const std::string &text, const std::string &bytes) {
    const std::string place = "token " + std::to_string(id);
    if (const auto [first, isNew] = idOf.emplace(text, id); !isNew)
      importer::refuse(path, place,
                       weebill::importer::quoted(text) + " is token " + std::to_string(first->second) + " already");
    if (named[size_t(id)])
      importer::refuse(path, place, "is " + weebill::importer::quoted(text) + " and has another text already");
    named[size_t(id)] = true;
    data.tokens[size_t(id)] = bytes;
  }

  void readAdded() {
    for (const AddedTokenEntry &entry : readAddedTokens(path, content, data)) {
      const int32_t id = checkedId(entry.id, entry.content);
      name(id, entry.content, entry.special ? entry.content : printed(entry.content));
      data.special[size_t(id)] = entry.special;
      data.added.push_back(entry.asToken(id));
      data.kind.singleWords |= entry.isSingleWord;
    }
  }

  /// What the decoder makes of a token's text.
  std::string printed(const std::string &text) const {
    if (!onCharacters())
      return gguf::bytesOfLetters(text).value_or(text); // added tokens may have other letters and stay as they are
    return decodesMarks ? sentencepiece::withPlainSpaces(text) : sentencepiece::printedCharacters(text);
  }

  void readVocabulary() {
    const json *words = findMember(model, "vocab");
    if (!words || !words->is_object())
      importer::refuse(path, "the vocabulary", "is missing");
    for (const auto &[text, number] : words->items()) {
      loop.turn();
      if (leavesOut(number, text))
        continue;
      const int32_t id = checkedId(number, text);
      const auto added = idOf.find(text);
      const bool known = added != idOf.end() && added->second == id; // an added token that is in here as well
      if (!known)
        name(id, text, printed(text));
      if (!text.empty())
        addSymbol(id, text);
    }
  }

  void readMap(const std::string &map) {
    if (map.empty())
      return;
    const std::optional<std::string> bytes = bytesOfBase64(map);
    if (!bytes)
      importer::refuse(path, "the normalizer's 'precompiled_charsmap'", "is no Base64");
    data.map = sentencepiece::readCharacterMap(path, "the normalizer's 'precompiled_charsmap'", *bytes);
  }

  /// A unigram vocabulary: a list of texts and scores, in the order of their ids.
  void readScores() {
    const json *list = findMember(model, "vocab");
    if (!list || !list->is_array() || list->empty())
      importer::refuse(path, "the vocabulary", "is missing");
    std::vector<sentencepiece::ScoredText> pieces;
    for (const json &entry : *list) {
      loop.turn();
      const int32_t id = int32_t(pieces.size());
      if (!entry.is_array() || entry.size() != 2 || !entry[0].is_string() || !entry[1].is_number() ||
          !std::isfinite(entry[1].get<double>()))
        importer::refuse(path, "piece " + std::to_string(id), "is not a text with a score");
      const std::string text = entry[0].get<std::string>();
      checkedId(json(uint64_t(id)), text);
      const std::string problem = sentencepiece::problemOfLength(text.size());
      if (!problem.empty() && !data.special[size_t(id)])
        throw UnsupportedTokenizer(problem);
      addPiece(id, text);
      pieces.push_back({text, entry[1].get<double>(), id, !data.special[size_t(id)]});
    }
    const json *unknown = findMember(model, "unk_id");
    if (!unknown || !unknown->is_number_unsigned() || unknown->get<uint64_t>() >= pieces.size())
      throw UnsupportedTokenizer("the unigram vocabulary has no token for unknown characters ('unk_id'), which is not "
                                 "supported");
    sentencepiece::setScores(data, pieces, unknown->get<int32_t>());
    // The package takes all marks from the first token, emitted programs one.
    for (const importer::TokenizerData::Score &piece : data.scores)
      if (decodesMarks && data.kind.dropsFirstSpace && std::count(piece.text.begin(), piece.text.end(), ' ') > 1)
        throw UnsupportedTokenizer("the tokenizer's decoder 'Metaspace' takes all spaces from the first token, and " +
                                   weebill::importer::quoted(piece.text) + " has several, which is not supported");
  }

  /// Of one text twice text becomes the second, and both are printed.
  void addPiece(int32_t id, const std::string &text) {
    const auto [place, isNew] = idOf.emplace(text, id);
    if (isNew || place->second != id) { // else an added token that is in here as well
      if (named[size_t(id)])
        importer::refuse(path, "token " + std::to_string(id),
                         "is " + weebill::importer::quoted(text) + " and has another text already");
      named[size_t(id)] = true;
      data.tokens[size_t(id)] = printed(text);
    }
    if (const std::optional<uint8_t> byte = sentencepiece::byteOfName(text);
        byte && text == nameOfByte(*byte) && flagMember(model, "byte_fallback", false))
      data.bytes[*byte] = id;
  }

  /// Padding beyond the model's rows: it does no harm if no text becomes it. What merges make of it is checked there.
  bool leavesOut(const json &number, const std::string &text) {
    if (!number.is_number_unsigned() || number.get<uint64_t>() < uint64_t(vocabulary))
      return false;
    const std::optional<std::string> bytes = gguf::bytesOfLetters(text);
    const bool begins = onCharacters() ? sentencepiece::isOneCharacter(text) || sentencepiece::byteOfName(text)
                                       : bytes && bytes->size() == 1;
    if (begins || data.kind.wholeWords)
      return false; // text may become it: checkedId says so
    rowless.insert(text);
    return true;
  }

  /// What merging may begin with, and pieces that are not merged.
  void addSymbol(int32_t id, const std::string &text) {
    const bool special = data.special[size_t(id)];
    if (onCharacters()) {
      if (const std::optional<uint8_t> byte = sentencepiece::byteOfName(text); byte && text == nameOfByte(*byte))
        data.bytes[*byte] = id;
      // No text has a plain space when it is cut, and special tokens are found as such or not at all.
      if (!special && text.find(' ') == text.npos && (data.kind.wholeWords || sentencepiece::isOneCharacter(text)))
        data.words.push_back({sentencepiece::withPlainSpaces(text), id});
    } else if (const std::optional<std::string> bytes = gguf::bytesOfLetters(text); bytes && !special) {
      if (bytes->size() == 1)
        data.bytes[uint8_t((*bytes)[0])] = id;
      if (data.kind.wholeWords)
        data.words.push_back({*bytes, id});
    }
  }

  /// As the package writes it; it looks for no other spelling.
  static std::string nameOfByte(uint8_t byte) {
    constexpr char kDigits[] = "0123456789ABCDEF";
    return std::string("<0x") + kDigits[byte / 16] + kDigits[byte % 16] + ">";
  }

  int32_t idOfPart(const std::string &text, const std::string &place) const {
    const auto found = idOf.find(text);
    if (found == idOf.end())
      importer::refuse(path, place, weebill::importer::quoted(text) + " is not a token");
    return found->second;
  }

  /// "left right", or ["left", "right"].
  std::pair<std::string, std::string> parts(const json &merge, const std::string &place) const {
    if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string())
      return {merge[0].get<std::string>(), merge[1].get<std::string>()};
    const std::string text = merge.is_string() ? merge.get<std::string>() : "";
    const size_t space = text.find(' '); // no letter is a space, so there is exactly one
    if (space == text.npos || space == 0 || space + 1 == text.size() || text.find(' ', space + 1) != text.npos)
      importer::refuse(path, place, weebill::importer::quoted(text) + " is not two tokens with one space between them");
    return {text.substr(0, space), text.substr(space + 1)};
  }

  void readMerges() {
    const json *merges = findMember(model, "merges");
    if (!merges || !merges->is_array())
      importer::refuse(path, "the merges", "are missing");
    std::unordered_set<uint64_t> pairs;
    bool acrossWords = false; // whether a token has a space behind something else
    for (size_t rank = 0; rank < merges->size(); ++rank) {
      loop.turn();
      const std::string place = "merge " + std::to_string(rank);
      const auto [left, right] = parts((*merges)[rank], place);
      const std::string joined = left + right;
      if (rowless.contains(left) || rowless.contains(right))
        continue; // never made, so never merged
      if (rowless.contains(joined))
        throw UnsupportedTokenizer("merge " + std::to_string(rank) + " makes " + weebill::importer::quoted(joined) +
                                   ", which is outside the model's vocabulary of " + std::to_string(vocabulary));
      const importer::TokenizerData::Merge merge{idOfPart(left, place), idOfPart(right, place), idOfPart(joined, place),
                                                 uint32_t(rank)};
      if (!pairs.insert(uint64_t(merge.left) << 32 | uint64_t(merge.right)).second)
        importer::refuse(path, place, weebill::importer::quoted(left + " " + right) + " occurs twice");
      acrossWords |= sentencepiece::hasInnerSpace(sentencepiece::withPlainSpaces(joined));
      data.merges.push_back(merge);
    }
    // Then no merge crosses from a word to the next, so words may as well be merged one by one, which costs less.
    if (data.kind.pieces == weights::TokenizerKind::Pieces::Whole && !acrossWords && !data.kind.wholeWords)
      data.kind.pieces = weights::TokenizerKind::Pieces::SpaceRuns;
  }

  /// Emitted programs leave bytes out that have no token; an unknown token would stand in their place.
  void checkBytes() const {
    const auto count = std::count_if(data.bytes.begin(), data.bytes.end(), [](int32_t id) { return id >= 0; });
    const std::string unknown = textMember(model, "unk_token");
    const bool fallsBack = flagMember(model, "byte_fallback", false);
    const std::string problem = onCharacters() ? sentencepiece::problemOfCharacters(data)
                                : fallsBack    ? sentencepiece::problemOfBytes(data)
                                               : "";
    if (!problem.empty())
      throw UnsupportedTokenizer(problem);
    if (count < 256 && !fallsBack && !unknown.empty())
      throw UnsupportedTokenizer("the tokenizer has " + weebill::importer::quoted(unknown) +
                                 " for unknown bytes and only " + std::to_string(count) +
                                 " of the 256 bytes, which is not supported");
  }

  const std::string &path;
  const json &content, &model;
  int64_t vocabulary;
  bool decodesMarks;       // and nothing else
  importer::LongLoop loop; // all of them together
  importer::TokenizerData data;
  std::vector<bool> named; // ids that have a text
  std::unordered_map<std::string, int32_t> idOf;
  std::unordered_set<std::string> rowless; // texts of the vocabulary that the model has no row for
};

} // namespace

std::optional<importer::TokenizerData> readHuggingFaceTokenizer(const std::string &path, const json &content,
                                                                int64_t vocabulary, std::string &problem,
                                                                const importer::AskToEnd &ask) {
  problem.clear();
  try {
    const TokenizerSettings settings = readTokenizerSettings(content);
    return TokenizerReader(path, content, vocabulary, ask).read(settings);
  } catch (const UnsupportedTokenizer &unsupported) {
    problem = unsupported.what();
    return std::nullopt;
  }
}

} // namespace weebill::huggingface
