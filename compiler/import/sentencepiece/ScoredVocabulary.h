//===- ScoredVocabulary.h - A unigram vocabulary -----------------*- C++ -*-===//
//
// Pieces whose scores are logarithms of probabilities: a text becomes those whose sum is the largest. tokenizer.json,
// tokenizer.model and GGUF files hold such vocabularies. Tested by tests/unit/compiler/import/ScoredVocabularyTest.cpp
// and tests/emitted/test_tokenizer_families.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_SENTENCEPIECE_SCOREDVOCABULARY_H
#define WEEBILL_COMPILER_IMPORT_SENTENCEPIECE_SCOREDVOCABULARY_H

#include "compiler/import/ImportedModel.h"
#include "compiler/import/LongLoop.h"
#include "compiler/import/sentencepiece/PieceVocabulary.h"

namespace weebill::sentencepiece {

struct ScoredText {
  std::string text; // with U+2581 for spaces
  double score = 0;
  int32_t id = 0;
  bool isFound = true; // in texts
  bool counts = true;  // as one of those that an unknown character is compared with
};

/// Makes them the scores of `data`, with what a character costs that is no piece, and cuts texts where no piece has a
/// border inside. Of one text twice the second is taken. One must count; all scores are finite.
void setScores(importer::TokenizerData &data, const std::vector<ScoredText> &pieces, int32_t unknown);

/// The tokenizer of these pieces, whose numbers are their ids, as SentencePiece reads them and as tokenizerOfPieces
/// makes one that merges. Characters that are no piece become the tokens of their bytes, if there are such pieces.
std::optional<importer::TokenizerData> tokenizerOfScores(const std::string &path, const std::vector<Piece> &pieces,
                                                         int64_t vocabulary, const weights::TokenizerKind &kind,
                                                         std::string &problem, const importer::AskToEnd &ask = {});

} // namespace weebill::sentencepiece

#endif // WEEBILL_COMPILER_IMPORT_SENTENCEPIECE_SCOREDVOCABULARY_H
