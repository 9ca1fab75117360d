//===- pieces_falcon.h - Falcon's pieces --------------------------*- C++ -*-===//
//
// Where text is cut before tokens are merged, which never cross the borders of pieces: at the matches of three
// expressions, one after the other (pieces_steps.h): runs of signs, GPT-2's, and three digits each.
//
//     [\p{P}\$\+<=>\^~\|`]+
//     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)
//     [0-9][0-9][0-9]
//
// Tested by tests/emitted/test_tokenizer_families.py against the `tokenizers` package.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/code_ranges.h"
#include "runtime/pieces_deepseek_coder.h"
#include "runtime/pieces_gpt2.h"
#include "runtime/pieces_steps.h"
#include "runtime/pieces_whole.h"
#include "runtime/types.h"
#include "runtime/unicode_signs.h"

#include <string_view>

/// Punctuation, and what else is a sign of ASCII.
struct PunctuationOrAsciiSign {
  static bool has(u32 code) {
    constexpr std::string_view kSigns = "$+<=>^~|`";
    return in_ranges(kPunctuation, code) ||
           (code < 128 && kSigns.find(static_cast<char>(code)) != std::string_view::npos);
  }
};

struct DigitTriple {
  static u64 bytes(std::string_view text) {
    for (u64 place = 0; place < 3; ++place)
      if (place >= text.size() || text[place] < '0' || text[place] > '9')
        return 0;
    return 3;
  }
};

struct Gpt2PiecesThenDigitTriples {
  template <class Each> static void for_each(std::string_view text, Each &&each) {
    Gpt2Pieces::for_each(text,
                         [&](std::string_view piece) { CutOut<DigitTriple, WholePieces>::for_each(piece, each); });
  }
};

using FalconPieces = CutOut<RunOf<PunctuationOrAsciiSign>, Gpt2PiecesThenDigitTriples>;
