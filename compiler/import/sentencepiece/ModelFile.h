//===- ModelFile.h - tokenizer.model -----------------------------*- C++ -*-===//
//
// SentencePiece's own file, a protocol buffer: pieces with scores, and how the vocabulary was made. Folders of Llama
// 2's and MobileLLM's makers have it instead of a tokenizer.json. Tested by
// tests/unit/compiler/import/PieceVocabularyTest.cpp and tests/emitted/test_tokenizer_families.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_SENTENCEPIECE_MODELFILE_H
#define WEEBILL_COMPILER_IMPORT_SENTENCEPIECE_MODELFILE_H

#include "compiler/import/ImportedModel.h"

namespace weebill::sentencepiece {

/// The tokenizer in the file at `path`, whose bytes are `bytes`, or nothing and the reason in `problem`. `legacy`: a
/// space is put before every part of a text, as transformers does unless it is told otherwise, not only before the
/// text. `beginning` and `end` are left open. Throws InputError if the file is damaged.
std::optional<importer::TokenizerData> readSentencePieceModel(const std::string &path, std::string_view bytes,
                                                              int64_t vocabulary, bool legacy, std::string &problem);

} // namespace weebill::sentencepiece

#endif // WEEBILL_COMPILER_IMPORT_SENTENCEPIECE_MODELFILE_H
