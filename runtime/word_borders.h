//===- word_borders.h - Tokens that are words of their own -------*- C++ -*-===//
//
// A token with `single_word` is matched only where no character of a word stands beside it. Tested by
// tests/emitted/test_tokenizer_families.py against the `tokenizers` package.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/code_ranges.h"
#include "runtime/token_lookup.h"
#include "runtime/types.h"
#include "runtime/unicode_words.h"
#include "runtime/utf8.h"

#include <string_view>

struct WordBorders {
  /// Whether `token` may be matched as bytes [first, last) of `text`.
  static bool allow(const AddedToken &token, std::string_view text, u64 first, u64 last) {
    return (token.flags & kIsSingleWord) == 0 ||
           (!ends_with_word(text.substr(0, first)) && !is_word(text.substr(last)));
  }

private:
  /// Whether `text` begins with a character of a word.
  static bool is_word(std::string_view text) {
    const u32 bytes = text.empty() ? 0 : whole_character(text);
    return bytes > 0 && in_ranges(kWordCharacters, code_point(text, bytes));
  }

  static bool ends_with_word(std::string_view text) {
    for (u32 bytes = 1; bytes <= 4 && bytes <= text.size(); ++bytes)
      if (const std::string_view end = text.substr(text.size() - bytes); whole_character(end) == bytes)
        return is_word(end);
    return false;
  }
};
