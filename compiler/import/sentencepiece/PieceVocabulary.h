//===- PieceVocabulary.h - A vocabulary with scores --------------*- C++ -*-===//
//
// SentencePiece's BPE has no list of merges: of all pairs that make a piece, the one of the highest score is merged, of
// equals the leftmost. That is a list of merges all the same, with ranks by score. GGUF files and tokenizer.model hold
// such vocabularies. Tested by tests/unit/compiler/import/PieceVocabularyTest.cpp and
// tests/emitted/test_tokenizer_families.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_SENTENCEPIECE_PIECEVOCABULARY_H
#define WEEBILL_COMPILER_IMPORT_SENTENCEPIECE_PIECEVOCABULARY_H

#include "compiler/import/ImportedModel.h"
#include "compiler/import/LongLoop.h"

namespace weebill::sentencepiece {

/// The numbers are those of the formats.
enum class PieceType : int32_t { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 };

struct Piece {
  std::string text; // with U+2581 for spaces
  float score = 0;
  PieceType type = PieceType::Normal;
};

/// The tokenizer of these pieces, whose numbers are their ids, in a model of so many rows; nothing and the reason in
/// `problem` if it is of another kind. A space is put before what `kind` says. `beginning` and `end` are left open.
/// Throws InputError for a piece twice, or more pieces than rows.
std::optional<importer::TokenizerData> tokenizerOfPieces(const std::string &path, const std::vector<Piece> &pieces,
                                                         int64_t vocabulary, const weights::TokenizerKind &kind,
                                                         std::string &problem, const importer::AskToEnd &ask = {});

/// Why a piece of so many bytes that texts can become is not read; empty if it is.
std::string problemOfLength(size_t bytes);

/// The same of all pieces, of either vocabulary. Throws InputError for a type that there is not.
std::string problemOfPieces(const std::string &path, const std::vector<Piece> &pieces);

/// The kind that Llama 2 is: `spaceBefore` every part of a text.
weights::TokenizerKind kindOfPieces(bool spaceBefore);

/// What SentencePiece does to a text first: with `mapped` its map of characters is asked, which may be empty, and with
/// `dropsSpaces` of many spaces one is left.
void setTextChanges(bool mapped, bool dropsSpaces, weights::TokenizerKind &kind);

} // namespace weebill::sentencepiece

#endif // WEEBILL_COMPILER_IMPORT_SENTENCEPIECE_PIECEVOCABULARY_H
