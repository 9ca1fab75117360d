//===- pieces_grouped_numbers.h - Numbers in threes from the end *- C++ -*-===//
//
// `\d{1,3}(?=(?:\d{3})*\b)` as a step of its own: the digits of numbers that end where a word ends, in threes. Tiny Aya
// begins with it. Tested by tests/emitted/test_tokenizer_families.py
// against the `tokenizers` package.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/characters.h"
#include "runtime/code_ranges.h"
#include "runtime/decimal_runs.h"
#include "runtime/types.h"
#include "runtime/unicode_decimals.h"
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

/// Cuts out groups of three, the first of which may be shorter, of numbers that no letter follows.
template <class Next> struct CutOutDigitGroups {
  template <class Each> static void for_each(std::string_view text, Each &&each) {
    u64 from = 0; // of what no match has
    for (u64 at = 0; at < text.size();) {
      const DecimalRun run = DecimalRun::at(text, at);
      if (run.digits == 0) {
        at += first_character(text.substr(at)).bytes;
        continue;
      }
      if (!begins_word(text.substr(run.end))) {
        if (at > from)
          Next::for_each(text.substr(from, at - from), each);
        for_each_three(text, at, run, [&](std::string_view digits) { Next::for_each(digits, each); });
        from = run.end;
      }
      at = run.end;
    }
    if (from < text.size())
      Next::for_each(text.substr(from), each);
  }
};
