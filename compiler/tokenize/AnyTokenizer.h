//===- AnyTokenizer.h - Every kind of tokenizer at once ----------*- C++ -*-===//
//
// Emitted programs carry one kind. What reads text while a model is compiled, and tests, call `withTokenizer`, which
// picks one of all at run time. Tested by tests/unit/runtime/TokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_TOKENIZE_ANYTOKENIZER_H
#define WEEBILL_COMPILER_TOKENIZE_ANYTOKENIZER_H

#include "codegen/weights/TokenizerKind.h"

#include "runtime/pieces_gpt2.h"
#include "runtime/pieces_llama3.h"
#include "runtime/pieces_smollm.h"
#include "runtime/pieces_spaces.h"
#include "runtime/pieces_whole.h"
#include "runtime/symbols_bytes.h"
#include "runtime/symbols_characters.h"
#include "runtime/text_as_it_is.h"
#include "runtime/text_nfc.h"
#include "runtime/text_spaces.h"
#include "runtime/tokenizer.h"

#include <utility>

namespace weebill::tokenize {

/// The two flags are constants in emitted programs; here they are set before use, or there would be four times as many
/// kinds to compile.
template <class TextT, class PiecesT, class SymbolsT> struct AnyKind {
  using Text = TextT;
  using Pieces = PiecesT;
  using Symbols = SymbolsT;
  static inline bool kWholeWords = false, kDropsFirstSpace = false;
};

template <class Text, class Pieces, class Symbols, class Use>
void withFlags(const weights::TokenizerKind &kind, Use &&use) {
  using Kind = AnyKind<Text, Pieces, Symbols>;
  Kind::kWholeWords = kind.wholeWords;
  Kind::kDropsFirstSpace = kind.dropsFirstSpace;
  use.template operator()<BasicTokenizer<Kind>>();
}

template <class Text, class Use> void withBytePieces(const weights::TokenizerKind &kind, Use &&use) {
  using Pieces = weights::TokenizerKind::Pieces;
  if (kind.pieces == Pieces::Gpt2)
    withFlags<Text, Gpt2Pieces, ByteSymbols>(kind, use);
  else if (kind.pieces == Pieces::Smollm)
    withFlags<Text, SmollmPieces, ByteSymbols>(kind, use);
  else if (kind.pieces == Pieces::Llama3)
    withFlags<Text, Llama3Pieces, ByteSymbols>(kind, use);
  else
    withFlags<Text, QwenPieces, ByteSymbols>(kind, use);
}

template <SpaceBefore kBefore, bool kFirst, class Use>
void withSpacePieces(const weights::TokenizerKind &kind, Use &&use) {
  using Pieces = weights::TokenizerKind::Pieces;
  using Text = MarkedSpaces<kBefore, kFirst>;
  if (kind.pieces == Pieces::Whole)
    withFlags<Text, WholePieces, CharacterSymbols>(kind, use);
  else if (kind.pieces == Pieces::Words)
    withFlags<Text, WordPieces, CharacterSymbols>(kind, use);
  else
    withFlags<Text, SpaceRunPieces, CharacterSymbols>(kind, use);
}

template <bool kFirst, class Use> void withSpaces(const weights::TokenizerKind &kind, Use &&use) {
  using Before = weights::TokenizerKind::SpaceBefore;
  if (kind.spaceBefore == Before::Nothing)
    withSpacePieces<SpaceBefore::Nothing, kFirst>(kind, use);
  else if (kind.spaceBefore == Before::EveryPart)
    withSpacePieces<SpaceBefore::EveryPart, kFirst>(kind, use);
  else if (kind.spaceBefore == Before::EveryPartWithout)
    withSpacePieces<SpaceBefore::EveryPartWithout, kFirst>(kind, use);
  else
    withSpacePieces<SpaceBefore::TextWithout, kFirst>(kind, use);
}

/// Calls `use.operator()<Tokenizer>()` with the tokenizer of that kind.
template <class Use> void withTokenizer(const weights::TokenizerKind &kind, Use &&use) {
  using Change = weights::TokenizerKind::Change;
  if (kind.change == Change::Nothing)
    withBytePieces<TextAsItIs>(kind, use);
  else if (kind.change == Change::FormC)
    withBytePieces<TextInFormC>(kind, use);
  else if (kind.changesFirst)
    withSpaces<true>(kind, use);
  else
    withSpaces<false>(kind, use);
}

} // namespace weebill::tokenize

#endif // WEEBILL_COMPILER_TOKENIZE_ANYTOKENIZER_H
