//===- GgufTokenizer.cpp - The tokenizer inside a GGUF file ---------------===//
//
// Tested by tests/unit/compiler/import/GgufTokenizerTest.cpp and GgufTokenizerRefusalsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/gguf/GgufTokenizer.h"

#include "compiler/import/TextBehind.h"
#include "compiler/import/description/ClosestName.h"
#include "compiler/import/gguf/ByteLetters.h"
#include "compiler/import/gguf/PreTokenizer.h"
#include "compiler/import/gguf/SpecialTokens.h"
#include "compiler/import/sentencepiece/CharacterMap.h"
#include "compiler/import/sentencepiece/PieceVocabulary.h"
#include "compiler/import/sentencepiece/ScoredVocabulary.h"

#include <unordered_set>

namespace weebill::gguf {

namespace {

using Pieces = weights::TokenizerKind::Pieces;

/// Reads one tokenizer; holds the vocabulary as the file spells it while merges are looked up in it.
class TokenizerReader {
public:
  TokenizerReader(const GgufFile &file, importer::ImportedModel &model, const importer::AskToEnd &ask)
      : file(file), model(model), ask(ask), vocabulary(model.architecture.vocabulary) {}

  void read(const PreTokenizer &preTokenizer) {
    data.kind = preTokenizer.kind;
    readTokens();
    readMerges();
    readEnds(preTokenizer.begins);
    if (!preTokenizer.note.empty())
      model.notes.push_back(preTokenizer.note);
    model.tokenizer = std::move(data);
  }

  /// A vocabulary with scores instead of merges ("llama"), or a unigram one ("t5").
  void readPieces(bool unigram) {
    const Metadata &metadata = file.metadata();
    const auto texts = requireTokens();
    const auto types = tokenTypes(texts.size());
    const auto scores = metadata.reals("tokenizer.ggml.scores");
    if (!scores || scores->size() != texts.size())
      importer::refuse(file.path(), "metadata 'tokenizer.ggml.scores'",
                       "has " + std::to_string(scores ? scores->size() : 0) + " scores for " +
                           std::to_string(texts.size()) + " tokens");
    std::vector<sentencepiece::Piece> pieces;
    for (size_t id = 0; id < texts.size(); ++id) // quick; the loops of tokenizerOfPieces ask
      pieces.push_back({std::string(texts[id]), (*scores)[id],
                        types ? sentencepiece::PieceType((*types)[id]) : sentencepiece::PieceType::Normal});
    // Who leaves a flag out means what llama.cpp does.
    const bool spaceBefore = metadata.flag("tokenizer.ggml.add_space_prefix").value_or(!unigram);
    weights::TokenizerKind kind = sentencepiece::kindOfPieces(spaceBefore);
    const std::string mapKey = "tokenizer.ggml.precompiled_charsmap";
    const std::string_view map = metadata.bytes(mapKey).value_or("");
    sentencepiece::setTextChanges(unigram || !map.empty(),
                                  metadata.flag("tokenizer.ggml.remove_extra_whitespaces").value_or(false), kind);
    auto found =
        unigram ? sentencepiece::tokenizerOfScores(file.path(), pieces, vocabulary, kind, model.tokenizerProblem, ask)
                : sentencepiece::tokenizerOfPieces(file.path(), pieces, vocabulary, kind, model.tokenizerProblem, ask);
    if (!found)
      return;
    data = std::move(*found);
    if (!map.empty())
      data.map = sentencepiece::readCharacterMap(file.path(), "metadata " + importer::quoted(mapKey), map);
    readEnds(!unigram);
    model.tokenizer = std::move(data);
  }

private:
  /// `begins`: who leaves the flag out means what llama.cpp does.
  void readEnds(bool begins) {
    data.beginning = specialId(kBeginningKey);
    if (const std::optional<int64_t> id = file.metadata().token(kBeginningKey); id && data.beginning < 0)
      model.notes.push_back("token " + std::to_string(*id) + " of " + importer::quoted(kBeginningKey) +
                            " is outside the vocabulary of " + std::to_string(vocabulary) + " and is not used");
    data.end = specialId(kEndKey);
    const bool isUnigram = file.metadata().text("tokenizer.ggml.model") == "t5"; // as llama.cpp takes it
    if (data.end >= 0 && file.metadata().flag("tokenizer.ggml.add_eos_token").value_or(isUnigram))
      data.behind = data.tokens[size_t(data.end)];
    const bool adds = file.metadata().flag("tokenizer.ggml.add_bos_token").value_or(begins && data.beginning >= 0);
    if (adds && data.beginning < 0)
      importer::refuse(file.path(), "metadata 'tokenizer.ggml.add_bos_token'",
                       "is true, but there is no " + importer::quoted(kBeginningKey) + " inside the vocabulary");
    data.before.assign(adds ? 1 : 0, data.beginning);
  }

  static std::string tokenPlace(size_t id) { return "token " + std::to_string(id); }

  std::vector<std::string_view> requireTokens() const {
    const auto texts = file.metadata().texts("tokenizer.ggml.tokens");
    if (!texts)
      importer::refuse(file.path(), "metadata 'tokenizer.ggml.tokens'", "is missing");
    return *texts;
  }

  std::optional<std::vector<int32_t>> tokenTypes(size_t count) const {
    const auto types = file.metadata().integers("tokenizer.ggml.token_type");
    if (types && types->size() != count)
      importer::refuse(file.path(), "metadata 'tokenizer.ggml.token_type'",
                       "has " + std::to_string(types->size()) + " types for " + std::to_string(count) + " tokens");
    return types;
  }

  /// Rows of the matrix beyond the tokens are nobody's, and have no text.
  void readTokens() {
    const std::vector<std::string_view> texts = requireTokens();
    const auto types = tokenTypes(texts.size());
    data.tokens.resize(size_t(vocabulary));
    data.special.resize(size_t(vocabulary));
    importer::LongLoop loop(ask);
    for (size_t id = 0; id < texts.size(); ++id) {
      loop.turn();
      const auto type = types ? sentencepiece::PieceType((*types)[id]) : sentencepiece::PieceType::Normal;
      if (type < sentencepiece::PieceType::Normal || type >= sentencepiece::PieceType::Byte)
        importer::refuse(file.path(), tokenPlace(id),
                         "has type " + std::to_string(int32_t(type)) + ", a byte-level tokenizer has types 1 to 5");
      if (id < size_t(vocabulary))
        addToken(id, texts[id], type);
      else if (type == sentencepiece::PieceType::Normal)
        importer::refuse(file.path(), tokenPlace(id),
                         importer::quoted(texts[id]) + " has no row in the embedding matrix of " +
                             std::to_string(vocabulary));
    }
  }

  void addToken(size_t id, std::string_view text, sentencepiece::PieceType type) {
    using Type = sentencepiece::PieceType;
    // A normal token with another letter is never made from text, and is printed as it stands.
    std::optional<std::string> bytes = type == Type::Normal ? bytesOfLetters(text) : std::nullopt;
    data.tokens[id] = bytes.value_or(std::string(text));
    data.special[id] = type == Type::Control || type == Type::Unknown;
    // Padding, and the second of one text: the model could produce them, no text does.
    if (!claimsText(id, text, type == Type::Unused))
      return;
    if (type != Type::Normal)
      data.added.push_back({int32_t(id), data.tokens[id]});
    else if (bytes && bytes->size() == 1)
      data.bytes[uint8_t((*bytes)[0])] = int32_t(id);
    if (bytes && data.kind.wholeWords)
      data.words.push_back({*bytes, int32_t(id)});
  }

  /// Whether the text stands for this token. Padding yields to any other.
  bool claimsText(size_t id, std::string_view text, bool unused) {
    const auto [found, isNew] = idOf.emplace(text, int32_t(id));
    isUnused.resize(size_t(vocabulary));
    isUnused[id] = unused;
    const bool claimed = isNew || (isUnused[size_t(found->second)] && !unused);
    if (claimed)
      found->second = int32_t(id);
    return claimed && !unused && !text.empty();
  }

  int32_t idOfPart(std::string_view text, const std::string &place) const {
    const auto found = idOf.find(text);
    if (found == idOf.end())
      importer::refuse(file.path(), place, importer::quoted(text) + " is not a token");
    return found->second;
  }

  void readMerges() {
    const auto texts = file.metadata().texts("tokenizer.ggml.merges");
    if (!texts)
      importer::refuse(file.path(), "metadata 'tokenizer.ggml.merges'", "is missing");
    std::unordered_set<uint64_t> pairs;
    std::string joined;
    importer::LongLoop loop(ask);
    for (size_t rank = 0; rank < texts->size(); ++rank) {
      loop.turn();
      const std::string place = "merge " + std::to_string(rank);
      const std::string_view text = (*texts)[rank];
      const size_t space = text.find(' '); // no letter is a space, so there is exactly one
      if (space == std::string_view::npos || space == 0 || space + 1 == text.size() ||
          text.find(' ', space + 1) != std::string_view::npos)
        importer::refuse(file.path(), place, importer::quoted(text) + " is not two tokens with one space between them");
      const std::string_view left = text.substr(0, space), right = text.substr(space + 1);
      joined.assign(left).append(right);
      const importer::TokenizerData::Merge merge{idOfPart(left, place), idOfPart(right, place), idOfPart(joined, place),
                                                 uint32_t(rank)};
      if (!pairs.insert(uint64_t(merge.left) << 32 | uint64_t(merge.right)).second)
        importer::refuse(file.path(), place, importer::quoted(text) + " occurs twice");
      data.merges.push_back(merge);
    }
  }

  /// llama.cpp as well does without a token that it does not have.
  int32_t specialId(std::string_view key) const {
    const std::optional<int64_t> id = specialToken(file.metadata(), key);
    return id && *id < vocabulary ? int32_t(*id) : -1;
  }

  const GgufFile &file;
  importer::ImportedModel &model;
  const importer::AskToEnd &ask;
  int64_t vocabulary;
  importer::TokenizerData data;
  std::unordered_map<std::string_view, int32_t> idOf;
  std::vector<bool> isUnused;
};

std::string unknownPreTokenizer(std::string_view name) {
  const std::vector<std::string> known = preTokenizerNames();
  const std::string closest = description::closestName(name, known);
  return "the pre-tokenizer is " + importer::quoted(name) + ", none of the " + std::to_string(known.size()) +
         " names that docs/import.md lists" + (closest.empty() ? "" : " (the closest is '" + closest + "')");
}

/// Why a tokenizer of this kind is not read; empty if it is.
std::string problemOf(const Metadata &metadata, bool pieces, bool cutKnown) {
  const std::string_view model = *metadata.text("tokenizer.ggml.model");
  if (model != "gpt2" && !pieces)
    return "the tokenizer is of kind " + importer::quoted(model) +
           ", supported are 'gpt2' (byte-level BPE), 'llama' (SentencePiece's BPE) and 't5' (its unigram vocabularies)";
  if (!pieces && !cutKnown)
    return unknownPreTokenizer(*metadata.text("tokenizer.ggml.pre"));
  if (!pieces && metadata.flag("tokenizer.ggml.add_space_prefix").value_or(false))
    return "the tokenizer puts a space before every text ('tokenizer.ggml.add_space_prefix'), which is not supported";
  return "";
}

} // namespace

void readGgufTokenizer(const GgufFile &file, importer::ImportedModel &model, const importer::AskToEnd &ask) {
  const Metadata &metadata = file.metadata();
  const std::optional<std::string_view> name = metadata.text("tokenizer.ggml.model");
  if (!name)
    return;
  const bool unigram = *name == "t5", pieces = unigram || *name == "llama"; // their 'pre' says nothing
  const std::optional<PreTokenizer> preTokenizer = pieces ? std::nullopt : findPreTokenizer(metadata);
  model.tokenizerProblem = problemOf(metadata, pieces, preTokenizer.has_value());
  if (!model.tokenizerProblem.empty())
    return;
  if (pieces)
    TokenizerReader(file, model, ask).readPieces(unigram);
  else
    TokenizerReader(file, model, ask).read(*preTokenizer);
  importer::noteTextBehind(model);
}

} // namespace weebill::gguf
