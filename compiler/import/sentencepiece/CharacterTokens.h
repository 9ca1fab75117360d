//===- CharacterTokens.h - Texts of tokens that are characters ---*- C++ -*-===//
//
// What vocabularies from SentencePiece have in common, whatever file they come in: U+2581 for spaces, names like
// "<0x0A>" for bytes. Tested by tests/unit/compiler/import/SentencePieceTokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_SENTENCEPIECE_CHARACTERTOKENS_H
#define WEEBILL_COMPILER_IMPORT_SENTENCEPIECE_CHARACTERTOKENS_H

#include "compiler/import/ImportedModel.h"

namespace weebill::sentencepiece {

/// The byte that a token like "<0x0A>" stands for.
std::optional<uint8_t> byteOfName(const std::string &text);

/// Plain spaces for every U+2581.
std::string withPlainSpaces(std::string text);

/// What is printed of a token: its byte, or its text with plain spaces.
std::string printedCharacters(const std::string &text);

/// Whether a text, which is valid UTF-8 and not empty, is a single character.
bool isOneCharacter(const std::string &text);

/// Whether a space stands behind something else.
bool hasInnerSpace(const std::string &text);

/// Why emitted programs cannot fall back to this vocabulary's bytes; empty if they can.
std::string problemOfBytes(const importer::TokenizerData &data);

/// The same of one on characters, which needs a token for the space too.
std::string problemOfCharacters(const importer::TokenizerData &data);

} // namespace weebill::sentencepiece

#endif // WEEBILL_COMPILER_IMPORT_SENTENCEPIECE_CHARACTERTOKENS_H
