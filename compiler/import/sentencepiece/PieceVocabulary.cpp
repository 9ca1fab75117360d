//===- PieceVocabulary.cpp - A vocabulary with scores ---------------------===//
//
// Tested by tests/unit/compiler/import/PieceVocabularyTest.cpp and tests/emitted/test_tokenizer_families.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/sentencepiece/PieceVocabulary.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/sentencepiece/CharacterTokens.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

namespace weebill::sentencepiece {

namespace {

constexpr size_t kLongest = 256; // bytes; the longest that anybody has are runs of spaces

class PieceReader {
public:
  PieceReader(const std::string &path, const std::vector<Piece> &pieces, int64_t vocabulary,
              const weights::TokenizerKind &kind)
      : path(path), pieces(pieces), vocabulary(vocabulary) {
    data.kind = kind;
    data.tokens.resize(size_t(vocabulary));
    data.special.resize(size_t(vocabulary));
  }

  importer::TokenizerData read(importer::LongLoop &loop) {
    for (size_t id = 0; id < pieces.size(); ++id) {
      loop.turn();
      if (int64_t(id) < vocabulary)
        add(int32_t(id));
      else
        requireUnneeded(id);
    }
    rankScores();
    bool acrossWords = false;
    for (const auto &[text, id] : merged) {
      loop.turn();
      acrossWords |= addMerges(text, id);
    }
    std::sort(data.merges.begin(), data.merges.end(), [](const auto &a, const auto &b) {
      return std::tuple(a.rank, a.result, a.left) < std::tuple(b.rank, b.result, b.left);
    });
    if (!acrossWords)
      data.kind.pieces = weights::TokenizerKind::Pieces::SpaceRuns;
    return std::move(data);
  }

private:
  void add(int32_t id) {
    const Piece &piece = pieces[size_t(id)];
    const std::string place = "piece " + std::to_string(id);
    if (!std::isfinite(piece.score))
      importer::refuse(path, place, "has a score that is no number");
    const bool control = piece.type == PieceType::Control || piece.type == PieceType::Unknown;
    data.special[size_t(id)] = control;
    data.tokens[size_t(id)] = control ? piece.text : printedCharacters(piece.text);
    if (!claimsText(id)) // padding, or the second of one text: the model could produce it, no text does
      return;
    if (control || piece.type == PieceType::UserDefined)
      data.added.push_back({id, piece.text});
    if (const std::optional<uint8_t> byte = byteOfName(piece.text); byte && piece.type == PieceType::Byte)
      data.bytes[*byte] = id;
    if (piece.type != PieceType::Normal && piece.type != PieceType::UserDefined)
      return;
    merged.emplace_back(piece.text, id);
    if (isOneCharacter(piece.text) && piece.text != " ")
      data.words.push_back({withPlainSpaces(piece.text), id});
  }

  /// Whether the text stands for this piece. Padding yields to any other.
  bool claimsText(int32_t id) {
    const std::string &text = pieces[size_t(id)].text;
    const auto isUnused = [&](int32_t piece) { return pieces[size_t(piece)].type == PieceType::Unused; };
    const auto [found, isNew] = idOf.emplace(text, id);
    const bool claimed = isNew || (isUnused(found->second) && !isUnused(id));
    if (claimed)
      found->second = id;
    return claimed && !isUnused(id) && !text.empty();
  }

  /// A piece that has no row does no harm if no text becomes it.
  void requireUnneeded(size_t id) const {
    const PieceType type = pieces[id].type;
    if (type == PieceType::Normal || type == PieceType::Byte)
      importer::refuse(path, "piece " + std::to_string(id),
                       importer::quoted(pieces[id].text) + " has no row in the embedding matrix of " +
                           std::to_string(vocabulary));
  }

  void rankScores() {
    std::vector<float> scores;
    for (const auto &[text, id] : merged)
      scores.push_back(pieces[size_t(id)].score);
    std::sort(scores.begin(), scores.end(), std::greater<>());
    scores.erase(std::unique(scores.begin(), scores.end()), scores.end());
    ranks = std::move(scores);
  }

  uint32_t rankOf(int32_t id) const {
    return uint32_t(std::lower_bound(ranks.begin(), ranks.end(), pieces[size_t(id)].score, std::greater<>()) -
                    ranks.begin());
  }

  /// All pairs of pieces that make this one. Returns whether it has a space behind something else.
  bool addMerges(const std::string &text, int32_t id) {
    bool made = false;
    for (size_t cut = 1; cut < text.size(); ++cut) {
      const int32_t left = mergeable(text.substr(0, cut)), right = left < 0 ? -1 : mergeable(text.substr(cut));
      if (right >= 0)
        data.merges.push_back({left, right, id, rankOf(id)});
      made |= right >= 0;
    }
    return made && hasInnerSpace(withPlainSpaces(text));
  }

  int32_t mergeable(const std::string &text) const {
    const auto found = idOf.find(text);
    if (found == idOf.end())
      return -1;
    const PieceType type = pieces[size_t(found->second)].type;
    return type == PieceType::Normal || type == PieceType::UserDefined ? found->second : -1;
  }

  const std::string &path;
  const std::vector<Piece> &pieces;
  int64_t vocabulary;
  importer::TokenizerData data;
  std::unordered_map<std::string, int32_t> idOf;
  std::vector<std::pair<std::string, int32_t>> merged; // pieces that merging can make
  std::vector<float> ranks;                            // scores, the highest first
};

} // namespace

weights::TokenizerKind kindOfPieces(bool spaceBefore) {
  weights::TokenizerKind kind;
  kind.marksSpaces = true;
  kind.symbols = weights::TokenizerKind::Symbols::Characters;
  kind.pieces = weights::TokenizerKind::Pieces::Whole;
  kind.spaceBefore =
      spaceBefore ? weights::TokenizerKind::SpaceBefore::EveryPart : weights::TokenizerKind::SpaceBefore::Nothing;
  kind.dropsFirstSpace = spaceBefore;
  return kind;
}

void setTextChanges(bool mapped, bool dropsSpaces, weights::TokenizerKind &kind) {
  if (mapped)
    kind.form = weights::TokenizerKind::Form::Map;
  if (dropsSpaces)
    kind.fewerSpaces = weights::TokenizerKind::FewerSpaces::NoneAround;
}

std::string problemOfLength(size_t bytes) {
  if (bytes <= kLongest)
    return "";
  return "the tokenizer has a piece of " + std::to_string(bytes) + " bytes, supported are " + std::to_string(kLongest);
}

std::string problemOfPieces(const std::string &path, const std::vector<Piece> &pieces) {
  for (const Piece &piece : pieces) {
    if (piece.type < PieceType::Normal || piece.type > PieceType::Byte)
      importer::refuse(path, "piece " + importer::quoted(piece.text),
                       "has type " + std::to_string(int32_t(piece.type)));
    if (piece.type == PieceType::Normal || piece.type == PieceType::UserDefined)
      if (const std::string problem = problemOfLength(piece.text.size()); !problem.empty())
        return problem;
  }
  return "";
}

/// Padding that no text becomes does no harm. Of other unused pieces SentencePiece makes the parts again, and other
/// programs do not: which of the two a model was trained with cannot be known.
static std::string problemOfUnused(const std::vector<Piece> &pieces) {
  std::unordered_set<std::string_view> texts;
  for (const Piece &piece : pieces)
    texts.insert(piece.text);
  for (const Piece &piece : pieces) {
    if (piece.type != PieceType::Unused || piece.text.size() > kLongest)
      continue;
    const std::string_view text = piece.text;
    bool made = !text.empty() && isOneCharacter(piece.text);
    for (size_t cut = 1; cut < text.size() && !made; ++cut)
      made = texts.contains(text.substr(0, cut)) && texts.contains(text.substr(cut));
    if (made)
      return "the tokenizer has pieces that are not used although text contains them, such as " +
             importer::quoted(text) + ", which is not supported";
  }
  return "";
}

std::optional<importer::TokenizerData> tokenizerOfPieces(const std::string &path, const std::vector<Piece> &pieces,
                                                         int64_t vocabulary, const weights::TokenizerKind &kind,
                                                         std::string &problem, const importer::AskToEnd &ask) {
  problem = problemOfPieces(path, pieces);
  if (problem.empty())
    problem = problemOfUnused(pieces);
  if (!problem.empty())
    return std::nullopt;
  importer::LongLoop loop(ask);
  importer::TokenizerData data = PieceReader(path, pieces, vocabulary, kind).read(loop);
  problem = problemOfCharacters(data);
  return problem.empty() ? std::optional(std::move(data)) : std::nullopt;
}

} // namespace weebill::sentencepiece
