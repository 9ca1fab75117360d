//===- ModelFile.h - tokenizer.model -----------------------------*- C++ -*-===//
//
// SentencePiece's own file, a protocol buffer: pieces with scores, and how the vocabulary was made. Folders of Llama
// 2's and MobileLLM's makers have it instead of a tokenizer.json. Tested by
// tests/unit/compiler/import/PieceVocabularyTest.cpp and tests/emitted/test_tokenizer_families.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_SENTENCEPIECE_MODELFILE_H
#define WEEBILL_COMPILER_IMPORT_SENTENCEPIECE_MODELFILE_H

#include "compiler/import/sentencepiece/PieceVocabulary.h"

namespace weebill::sentencepiece {

/// What transformers' settings say of spaces.
struct ModelFileOptions {
  bool legacy = true;              // a space is put before every part of a text, not only before the text
  std::optional<bool> spaceBefore; // whether one is put at all; none: as the file says
};

/// The tokenizer in the file at `path`, whose bytes are `bytes`, or nothing and the reason in `problem`. `beginning`
/// and `end` are left open; `pieces` gets what the file has. Throws InputError if the file is damaged.
std::optional<importer::TokenizerData> readSentencePieceModel(const std::string &path, std::string_view bytes,
                                                              int64_t vocabulary, const ModelFileOptions &options,
                                                              std::string &problem,
                                                              std::vector<Piece> *pieces = nullptr,
                                                              const importer::AskToEnd &ask = {});

} // namespace weebill::sentencepiece

#endif // WEEBILL_COMPILER_IMPORT_SENTENCEPIECE_MODELFILE_H
