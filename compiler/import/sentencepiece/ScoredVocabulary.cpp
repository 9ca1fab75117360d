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
#include <unordered_map>

namespace weebill::sentencepiece {

void setScores(importer::TokenizerData &data, const std::vector<ScoredText> &pieces, int32_t unknown) {
  constexpr double kUnknownCosts = 10; // more than the worst piece
  double worst = pieces.front().score;
  std::unordered_map<std::string, size_t> placeOf;
  bool acrossWords = false;
  for (const ScoredText &piece : pieces) {
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
  data.unknownScore = worst - kUnknownCosts;
  // An unknown character costs nothing less for a space beside it, but the two would be one token.
  if (data.kind.pieces == weights::TokenizerKind::Pieces::Whole && !acrossWords && placeOf.contains(" ")) {
    data.kind.pieces = weights::TokenizerKind::Pieces::SpaceRuns;
    data.kind.carriesSums = true;
  }
}

namespace {

class ScoreReader {
public:
  ScoreReader(const std::string &path, const std::vector<Piece> &pieces, int64_t vocabulary, bool fallsBack)
      : path(path), pieces(pieces), vocabulary(vocabulary), fallsBack(fallsBack) {}

  void read(importer::TokenizerData &data, int32_t unknown, importer::LongLoop &loop) {
    data.tokens.resize(size_t(vocabulary));
    data.special.resize(size_t(vocabulary));
    std::vector<ScoredText> scores;
    for (size_t id = 0; id < pieces.size(); ++id) {
      loop.turn();
      const Piece &piece = pieces[id];
      if (!std::isfinite(piece.score))
        importer::refuse(path, "piece " + std::to_string(id), "has a score that is no number");
      const bool isFound = piece.type == PieceType::Normal || piece.type == PieceType::UserDefined;
      if (int64_t(id) < vocabulary)
        add(data, int32_t(id));
      else if (isFound || piece.type == PieceType::Byte)
        importer::refuse(path, "piece " + std::to_string(id),
                         importer::quoted(piece.text) + " has no row in the embedding matrix of " +
                             std::to_string(vocabulary));
      scores.push_back({piece.text, piece.score, int32_t(id), isFound});
    }
    setScores(data, scores, unknown);
  }

private:
  void add(importer::TokenizerData &data, int32_t id) const {
    const Piece &piece = pieces[size_t(id)];
    const bool control = piece.type == PieceType::Control || piece.type == PieceType::Unknown;
    data.special[size_t(id)] = control;
    data.tokens[size_t(id)] = control ? piece.text : printedCharacters(piece.text);
    if ((control || piece.type == PieceType::UserDefined) && !piece.text.empty())
      data.added.push_back({id, piece.text});
    if (const std::optional<uint8_t> byte = byteOfName(piece.text); byte && fallsBack && piece.type == PieceType::Byte)
      data.bytes[*byte] = id;
  }

  const std::string &path;
  const std::vector<Piece> &pieces;
  int64_t vocabulary;
  bool fallsBack;
};

} // namespace

std::optional<importer::TokenizerData> tokenizerOfScores(const std::string &path, const std::vector<Piece> &pieces,
                                                         int64_t vocabulary, const weights::TokenizerKind &kind,
                                                         bool fallsBack, std::string &problem,
                                                         const importer::AskToEnd &ask) {
  for (size_t id = 0; id < pieces.size(); ++id)
    if (pieces[id].type < PieceType::Normal || pieces[id].type > PieceType::Byte)
      importer::refuse(path, "piece " + importer::quoted(pieces[id].text),
                       "has type " + std::to_string(int32_t(pieces[id].type)));
  const auto unknown =
      std::find_if(pieces.begin(), pieces.end(), [](const Piece &piece) { return piece.type == PieceType::Unknown; });
  if (unknown == pieces.end() || unknown - pieces.begin() >= vocabulary) {
    problem = "the unigram vocabulary has no token for unknown characters, which is not supported";
    return std::nullopt;
  }
  importer::LongLoop loop(ask);
  importer::TokenizerData data;
  data.kind = kind;
  data.kind.byScores = true;
  ScoreReader(path, pieces, vocabulary, fallsBack).read(data, int32_t(unknown - pieces.begin()), loop);
  return data;
}

} // namespace weebill::sentencepiece
