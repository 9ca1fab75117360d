//===- CharacterMap.h - What SentencePiece makes of characters ---*- C++ -*-===//
//
// `precompiled_charsmap`: texts of one character or a few, and what they become, in a trie of Darts (a double array).
// tokenizer.model, GGUF files and, as Base64, tokenizer.json hold it. Tested by
// tests/unit/compiler/import/CharacterMapTest.cpp and tests/emitted/test_character_maps.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_SENTENCEPIECE_CHARACTERMAP_H
#define WEEBILL_COMPILER_IMPORT_SENTENCEPIECE_CHARACTERMAP_H

#include "compiler/import/ImportedModel.h"

#include <string_view>

namespace weebill::sentencepiece {

/// The map in `bytes`, every number of which has been followed. Throws InputError if it is damaged: `path` and `place`
/// say where it stands.
importer::TokenizerData::Map readCharacterMap(const std::string &path, const std::string &place,
                                              std::string_view bytes);

/// Whether the map has a text that stands in `text`.
bool hasTextOf(const importer::TokenizerData::Map &map, std::string_view text);

} // namespace weebill::sentencepiece

#endif // WEEBILL_COMPILER_IMPORT_SENTENCEPIECE_CHARACTERMAP_H
