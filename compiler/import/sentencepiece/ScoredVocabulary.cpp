//===- ScoredVocabulary.cpp - A unigram vocabulary ------------------------===//
//
// Tested by tests/unit/compiler/import/ScoredVocabularyTest.cpp and tests/emitted/test_tokenizer_families.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/sentencepiece/ScoredVocabulary.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/sentencepiece/CharacterTokens.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace weebill::sentencepiece {

void setScores(importer::TokenizerData &data, const std::vector<ScoredText> &pieces, int32_t unknown) {
  constexpr double kUnknownCosts = 10; // more than the worst piece
  double worst = std::numeric_limits<double>::max();
  std::unordered_map<std::string, size_t> placeOf;
  bool acrossWords = false;
  for (const ScoredText &piece : pieces) {
    if (piece.counts)
      worst = std::min(worst, piece.score);
    if (!piece.isFound || piece.text.empty() || piece.text.find(' ') != piece.text.npos)
      continue; // no text has a plain space when it is cut
    const std::string text = withPlainSpaces(piece.text);
    acrossWords |= hasInnerSpace(text);
    const importer::TokenizerData::Score score{text, piece.id, piece.score};
    if (const auto [place, isNew] = placeOf.emplace(text, data.scores.size()); isNew)
      data.scores.push_back(score);
    else
      data.scores[place->second] = score;
  }
  data.unknown = unknown;
  data.unknownScore = data.kind.singleSums ? float(worst - kUnknownCosts) : worst - kUnknownCosts;
  // An unknown character costs nothing less for a space beside it, but the two would be one token.
  if (data.kind.pieces == weights::TokenizerKind::Pieces::Whole && !acrossWords && placeOf.contains(" ")) {
    data.kind.pieces = weights::TokenizerKind::Pieces::SpaceRuns;
    data.kind.carriesSums = true;
  }
}

namespace {

class ScoreReader {
public:
  ScoreReader(const std::string &path, const std::vector<Piece> &pieces, int64_t vocabulary)
      : path(path), pieces(pieces), vocabulary(vocabulary) {}

  void read(importer::TokenizerData &data, int32_t unknown, importer::LongLoop &loop) {
    data.tokens.resize(size_t(vocabulary));
    data.special.resize(size_t(vocabulary));
    float best = 0;
    bool isFirst = true;
    for (const Piece &piece : pieces)
      if (piece.type == PieceType::Normal && (isFirst || piece.score > best)) {
        best = piece.score;
        isFirst = false;
      }
    std::vector<ScoredText> scores;
    for (size_t id = 0; id < pieces.size(); ++id) {
      loop.turn();
      check(id);
      const Piece &piece = pieces[id];
      if (int64_t(id) < vocabulary)
        add(data, int32_t(id));
      // What a user defined is found before pieces are, but for what is taken literally: there it costs next to
      // nothing.
      const double score =
          piece.type == PieceType::UserDefined ? double(float(piece.text.size()) * best - 0.1F) : double(piece.score);
      scores.push_back({piece.text, score, int32_t(id), isFound(piece), piece.type == PieceType::Normal});
    }
    setScores(data, scores, unknown);
  }

private:
  static bool isFound(const Piece &piece) {
    return piece.type == PieceType::Normal || piece.type == PieceType::UserDefined;
  }

  void check(size_t id) const {
    const Piece &piece = pieces[id];
    const std::string place = "piece " + std::to_string(id);
    if (!std::isfinite(piece.score))
      importer::refuse(path, place, "has a score that is no number");
    if (isFound(piece) && piece.text.empty())
      importer::refuse(path, place, "has no text");
    if (int64_t(id) >= vocabulary && (isFound(piece) || piece.type == PieceType::Byte))
      importer::refuse(path, place,
                       importer::quoted(piece.text) + " has no row in the embedding matrix of " +
                           std::to_string(vocabulary));
  }

  void add(importer::TokenizerData &data, int32_t id) const {
    const Piece &piece = pieces[size_t(id)];
    const bool control = piece.type == PieceType::Control || piece.type == PieceType::Unknown;
    data.special[size_t(id)] = control;
    data.tokens[size_t(id)] = control ? piece.text : withPlainSpaces(piece.text);
    if ((control || piece.type == PieceType::UserDefined) && !piece.text.empty())
      data.added.push_back({id, piece.text});
    if (piece.type != PieceType::Byte)
      return;
    if (const std::optional<uint8_t> byte = byteOfName(piece.text)) {
      data.tokens[size_t(id)] = std::string(1, char(*byte));
      data.bytes[*byte] = id;
    }
  }

  const std::string &path;
  const std::vector<Piece> &pieces;
  int64_t vocabulary;
};

bool hasNormal(const std::vector<Piece> &pieces) {
  return std::any_of(pieces.begin(), pieces.end(), [](const Piece &piece) { return piece.type == PieceType::Normal; });
}

} // namespace

std::optional<importer::TokenizerData> tokenizerOfScores(const std::string &path, const std::vector<Piece> &pieces,
                                                         int64_t vocabulary, const weights::TokenizerKind &kind,
                                                         std::string &problem, const importer::AskToEnd &ask) {
  problem = problemOfPieces(path, pieces);
  if (problem.empty() && !hasNormal(pieces))
    problem = "the unigram vocabulary has no piece that texts could become, which is not supported";
  if (!problem.empty())
    return std::nullopt;
  const auto unknown =
      std::find_if(pieces.begin(), pieces.end(), [](const Piece &piece) { return piece.type == PieceType::Unknown; });
  if (unknown == pieces.end() || unknown - pieces.begin() >= vocabulary) {
    problem = "the unigram vocabulary has no token for unknown characters, which is not supported";
    return std::nullopt;
  }
  importer::LongLoop loop(ask);
  importer::TokenizerData data;
  data.kind = kind;
  data.kind.byScores = data.kind.singleSums = true;
  ScoreReader(path, pieces, vocabulary).read(data, int32_t(unknown - pieces.begin()), loop);
  if (std::any_of(data.bytes.begin(), data.bytes.end(), [](int32_t id) { return id >= 0; }))
    problem = problemOfBytes(data);
  return problem.empty() ? std::optional(std::move(data)) : std::nullopt;
}

} // namespace weebill::sentencepiece
