//===- AnyTokenizer.h - Every kind of tokenizer at once ----------*- C++ -*-===//
//
// Emitted programs carry one kind. The compiler and tests call `with_tokenizer`, which picks one of all at run time.
// Tested by tests/emitted/test_tokenizer_families.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "codegen/text/AnyText.h"
#include "codegen/weights/TokenizerKind.h"

#include "runtime/encode_by_merging.h"
#include "runtime/encode_by_scores.h"
#include "runtime/pieces_afmoe.h"
#include "runtime/pieces_bloom.h"
#include "runtime/pieces_cased.h"
#include "runtime/pieces_chameleon.h"
#include "runtime/pieces_chameleon_steps.h"
#include "runtime/pieces_deepseek.h"
#include "runtime/pieces_deepseek_coder.h"
#include "runtime/pieces_deepseek_llm.h"
#include "runtime/pieces_digit_groups.h"
#include "runtime/pieces_falcon.h"
#include "runtime/pieces_gpt2.h"
#include "runtime/pieces_grouped_numbers.h"
#include "runtime/pieces_kimi.h"
#include "runtime/pieces_llama3.h"
#include "runtime/pieces_marked.h"
#include "runtime/pieces_phrases.h"
#include "runtime/pieces_smollm.h"
#include "runtime/pieces_spaces.h"
#include "runtime/pieces_steps.h"
#include "runtime/pieces_three_digits.h"
#include "runtime/pieces_whole.h"
#include "runtime/pieces_youtu.h"
#include "runtime/symbols_bytes.h"
#include "runtime/symbols_characters.h"
#include "runtime/tokenizer.h"
#include "runtime/word_borders.h"

/// The flags are constants in emitted programs; here they are set before use, or there would be many times as many
/// kinds to compile.
template <class PiecesT, class SymbolsT> struct AnyKind {
  using Borders = WordBorders; // for tokens that have no flag the same as AnyBorders
  using Text = AnyText<false>;
  using Parts = AnyText<true>;
  using Pieces = PiecesT;
  using Symbols = SymbolsT;
  using Encoder = MergingEncoder<AnyKind>;
  static inline thread_local bool kWholeWords = false, kDropsFirstSpace = false;
};

/// The same for a unigram vocabulary.
template <class PiecesT> struct AnyScoreKind {
  using Borders = WordBorders;
  using Text = AnyText<false>;
  using Parts = AnyText<true>;
  using Pieces = PiecesT;
  using Encoder = ScoreEncoder<AnyScoreKind>;
  static inline thread_local bool kCarriesSums = false, kSingleSums = false, kDropsFirstSpace = false;
};

template <class Pieces, class Use> void with_scores(const weebill::weights::TokenizerKind &kind, Use &&use) {
  using Kind = AnyScoreKind<Pieces>;
  Kind::kCarriesSums = kind.carriesSums;
  Kind::kSingleSums = kind.singleSums;
  Kind::kDropsFirstSpace = kind.dropsFirstSpace;
  use.template operator()<BasicTokenizer<Kind>>();
}

template <class Pieces, class Symbols, class Use>
void with_merges(const weebill::weights::TokenizerKind &kind, Use &&use) {
  using Kind = AnyKind<Pieces, Symbols>;
  Kind::kWholeWords = kind.wholeWords;
  Kind::kDropsFirstSpace = kind.dropsFirstSpace;
  use.template operator()<BasicTokenizer<Kind>>();
}

template <class Pieces, class Use> void with_space_pieces(const weebill::weights::TokenizerKind &kind, Use &&use) {
  if (kind.byScores)
    with_scores<Pieces>(kind, use);
  else
    with_merges<Pieces, CharacterSymbols>(kind, use);
}

/// Calls `use.operator()<Tokenizer>()` with the tokenizer of that kind.
template <class Use> void with_tokenizer(const weebill::weights::TokenizerKind &kind, Use &&use) {
  using Pieces = weebill::weights::TokenizerKind::Pieces;
  AnyTextKind::chosen = kind;
  switch (kind.pieces) {
  case Pieces::Gpt2:
    return with_merges<Gpt2Pieces, ByteSymbols>(kind, use);
  case Pieces::Smollm:
    return with_merges<SmollmPieces, ByteSymbols>(kind, use);
  case Pieces::Llama3:
    return with_merges<Llama3Pieces, ByteSymbols>(kind, use);
  case Pieces::Qwen:
    return with_merges<QwenPieces, ByteSymbols>(kind, use);
  case Pieces::Gpt4o:
    return with_merges<Gpt4oPieces, ByteSymbols>(kind, use);
  case Pieces::Tekken:
    return with_merges<TekkenPieces, ByteSymbols>(kind, use);
  case Pieces::DeepSeek3:
    return with_merges<DeepSeek3Pieces, ByteSymbols>(kind, use);
  case Pieces::DeepSeekCoder:
    return with_merges<DeepSeekCoderPieces, ByteSymbols>(kind, use);
  case Pieces::DeepSeekLlm:
    return with_merges<DeepSeekLlmPieces, ByteSymbols>(kind, use);
  case Pieces::SeedCoder:
    return with_merges<SeedCoderPieces, ByteSymbols>(kind, use);
  case Pieces::Falcon:
    return with_merges<FalconPieces, ByteSymbols>(kind, use);
  case Pieces::Bloom:
    return with_merges<BloomPieces, ByteSymbols>(kind, use);
  case Pieces::Viking:
    return with_merges<VikingPieces, ByteSymbols>(kind, use);
  case Pieces::MiniCpm5:
    return with_merges<CutOut<ThreeDigits, Llama3Pieces>, ByteSymbols>(kind, use);
  case Pieces::Qwen35:
    return with_merges<Qwen35Pieces, ByteSymbols>(kind, use);
  case Pieces::TinyAya:
    return with_merges<CutOutDigitGroups<Gpt4oPieces>, ByteSymbols>(kind, use);
  case Pieces::SuperBpe:
    return with_merges<CutOut<NumberRun, DigitGroupPieces>, ByteSymbols>(kind, use);
  case Pieces::Phrases:
    return with_merges<PhrasePieces, ByteSymbols>(kind, use);
  case Pieces::Youtu:
    return with_merges<CutOut<EastAsianRun, CasedPieces<1, true>>, ByteSymbols>(kind, use);
  case Pieces::Afmoe:
    return with_merges<AfmoePieces, ByteSymbols>(kind, use);
  case Pieces::Chameleon:
    return with_merges<ChameleonPieces, ByteSymbols>(kind, use);
  case Pieces::ChameleonSteps:
    return with_merges<ChameleonOwnPieces, ByteSymbols>(kind, use);
  case Pieces::Kimi:
    return with_merges<KimiPieces, ByteSymbols>(kind, use);
  case Pieces::Whole:
    return with_space_pieces<WholePieces>(kind, use);
  case Pieces::Words:
    return with_space_pieces<WordPieces>(kind, use);
  case Pieces::SpaceRuns:
    return with_space_pieces<SpaceRunPieces>(kind, use);
  }
}
