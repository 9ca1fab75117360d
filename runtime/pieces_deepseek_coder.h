//===- pieces_deepseek_coder.h - DeepSeek Coder's pieces ---------*- C++ -*-===//
//
// Where text is cut before tokens are merged, which never cross the borders of pieces: at the matches of five
// expressions, one after the other (pieces_steps.h):
//
//     [\r\n]
//     \s?\p{L}+
//     \s?\p{P}+
//     [\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff]+
//     every number, as the reference's digit splitter knows them
//
// Tested by tests/emitted/test_tokenizer.py against the `tokenizers` package.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/characters.h"
#include "runtime/code_ranges.h"
#include "runtime/expression_parts.h"
#include "runtime/pieces_runs.h"
#include "runtime/pieces_steps.h"
#include "runtime/pieces_whole.h"
#include "runtime/types.h"
#include "runtime/unicode_digits.h"
#include "runtime/unicode_signs.h"

#include <string_view>

/// A line feed or a carriage return.
struct LineEnd {
  static u64 bytes(std::string_view text) { return is_line_end(text[0]) ? 1 : 0; }
};

/// Such a run, with a space before it if there is one. No space is in a set.
template <class Set> struct SpaceAndRunOf {
  static u64 bytes(std::string_view text) {
    const Character first = first_character(text);
    const u64 from = first.kind == CharacterKind::Space ? first.bytes : 0;
    const u64 end = RunOf<Set>::end(text, from);
    return end > from ? end : 0;
  }
};

struct AnyLetter {
  static bool has(u32 code) { return in_ranges(kLetters, code); }
};

struct AnyPunctuation {
  static bool has(u32 code) { return in_ranges(kPunctuation, code); }
};

struct ChineseToKorean {
  static bool has(u32 code) { return (code >= 0x800 && code <= 0x9fa5) || (code >= 0xac00 && code <= 0xd7ff); }
};

struct EachDigit {
  static u64 bytes(std::string_view text) {
    const Character first = first_character(text);
    const bool newer = first.bytes > 1 && in_ranges(kNewerNumbers, code_point(text, first.bytes));
    return first.kind == CharacterKind::Number || newer ? first.bytes : 0;
  }
};

using ChineseThenDigits = CutOut<RunOf<ChineseToKorean>, CutOut<EachDigit, WholePieces>>;
using DeepSeekCoderPieces =
    CutOut<LineEnd, CutOut<SpaceAndRunOf<AnyLetter>, CutOut<SpaceAndRunOf<AnyPunctuation>, ChineseThenDigits>>>;
