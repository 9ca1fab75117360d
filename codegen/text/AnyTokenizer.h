//===- AnyTokenizer.h - Every kind of tokenizer at once ----------*- C++ -*-===//
//
// Emitted programs carry one kind. The compiler and tests call `with_tokenizer`, which picks one of all at run time.
// Tested by tests/emitted/test_tokenizer_families.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "codegen/weights/TokenizerKind.h"

#include "runtime/pieces_cased.h"
#include "runtime/pieces_deepseek.h"
#include "runtime/pieces_deepseek_coder.h"
#include "runtime/pieces_deepseek_llm.h"
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
#include "runtime/word_borders.h"

#include <utility>

/// The two flags are constants in emitted programs; here they are set before use, or there would be four times as many
/// kinds to compile.
template <class TextT, class PiecesT, class SymbolsT> struct AnyKind {
  using Borders = WordBorders; // for tokens that have no flag the same as AnyBorders
  using Text = TextT;
  using Pieces = PiecesT;
  using Symbols = SymbolsT;
  static inline thread_local bool kWholeWords = false, kDropsFirstSpace = false;
};

template <class Text, class Pieces, class Symbols, class Use>
void with_flags(const weebill::weights::TokenizerKind &kind, Use &&use) {
  using Kind = AnyKind<Text, Pieces, Symbols>;
  Kind::kWholeWords = kind.wholeWords;
  Kind::kDropsFirstSpace = kind.dropsFirstSpace;
  use.template operator()<BasicTokenizer<Kind>>();
}

template <class Text, class Use> void with_byte_pieces(const weebill::weights::TokenizerKind &kind, Use &&use) {
  using Pieces = weebill::weights::TokenizerKind::Pieces;
  if (kind.pieces == Pieces::Gpt2)
    with_flags<Text, Gpt2Pieces, ByteSymbols>(kind, use);
  else if (kind.pieces == Pieces::Smollm)
    with_flags<Text, SmollmPieces, ByteSymbols>(kind, use);
  else if (kind.pieces == Pieces::Llama3)
    with_flags<Text, Llama3Pieces, ByteSymbols>(kind, use);
  else if (kind.pieces == Pieces::Gpt4o)
    with_flags<Text, Gpt4oPieces, ByteSymbols>(kind, use);
  else if (kind.pieces == Pieces::Tekken)
    with_flags<Text, TekkenPieces, ByteSymbols>(kind, use);
  else if (kind.pieces == Pieces::DeepSeek3)
    with_flags<Text, DeepSeek3Pieces, ByteSymbols>(kind, use);
  else if (kind.pieces == Pieces::DeepSeekCoder)
    with_flags<Text, DeepSeekCoderPieces, ByteSymbols>(kind, use);
  else if (kind.pieces == Pieces::DeepSeekLlm)
    with_flags<Text, DeepSeekLlmPieces, ByteSymbols>(kind, use);
  else
    with_flags<Text, QwenPieces, ByteSymbols>(kind, use);
}

template <SpaceBefore kBefore, bool kFirst, class Use>
void with_space_pieces(const weebill::weights::TokenizerKind &kind, Use &&use) {
  using Pieces = weebill::weights::TokenizerKind::Pieces;
  using Text = MarkedSpaces<kBefore, kFirst>;
  if (kind.pieces == Pieces::Whole)
    with_flags<Text, WholePieces, CharacterSymbols>(kind, use);
  else if (kind.pieces == Pieces::Words)
    with_flags<Text, WordPieces, CharacterSymbols>(kind, use);
  else
    with_flags<Text, SpaceRunPieces, CharacterSymbols>(kind, use);
}

template <bool kFirst, class Use> void with_spaces(const weebill::weights::TokenizerKind &kind, Use &&use) {
  using Before = weebill::weights::TokenizerKind::SpaceBefore;
  if (kind.spaceBefore == Before::Nothing)
    with_space_pieces<SpaceBefore::Nothing, kFirst>(kind, use);
  else if (kind.spaceBefore == Before::EveryPart)
    with_space_pieces<SpaceBefore::EveryPart, kFirst>(kind, use);
  else if (kind.spaceBefore == Before::EveryPartWithout)
    with_space_pieces<SpaceBefore::EveryPartWithout, kFirst>(kind, use);
  else
    with_space_pieces<SpaceBefore::TextWithout, kFirst>(kind, use);
}

/// Calls `use.operator()<Tokenizer>()` with the tokenizer of that kind.
template <class Use> void with_tokenizer(const weebill::weights::TokenizerKind &kind, Use &&use) {
  using Change = weebill::weights::TokenizerKind::Change;
  if (kind.change == Change::Nothing)
    with_byte_pieces<TextAsItIs>(kind, use);
  else if (kind.change == Change::FormC)
    with_byte_pieces<TextInFormC>(kind, use);
  else if (kind.changesFirst)
    with_spaces<true>(kind, use);
  else
    with_spaces<false>(kind, use);
}
