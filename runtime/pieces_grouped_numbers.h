//===- pieces_grouped_numbers.h - Numbers in threes from the end *- C++ -*-===//
//
// `\d{1,3}(?=(?:\d{3})*\b)` as a step of its own: the digits of numbers that end where a word ends, in threes. Tiny Aya
// begins with it. Tested by tests/emitted/test_tokenizer_families.py against the `tokenizers` package.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/code_ranges.h"
#include "runtime/pieces_threes.h"
#include "runtime/types.h"
#include "runtime/unicode_words.h"
#include "runtime/utf8.h"

#include <string_view>

/// Whether `text` begins with what `\w` of expressions matches.
inline bool begins_word(std::string_view text) {
  const u32 bytes = text.empty() ? 0 : whole_character(text);
  if (bytes == 0)
    return false;
  const u32 code = code_point(text, bytes);
  return in_ranges(kWordCharacters, code) != in_ranges(kOtherwiseInExpressions, code);
}

/// Where no letter follows.
struct BeforeNoWord {
  static bool ends(std::string_view text) { return !begins_word(text); }
};

template <class Next> using CutOutDigitGroups = CutOutThrees<BeforeNoWord, Next>;
