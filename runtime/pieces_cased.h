//===- pieces_cased.h - Pieces of GPT-4o and Tekken --------------*- C++ -*-===//
//
// Where text is cut before tokens are merged, which never cross the borders of pieces: at the matches of
//
//     [^\r\n\p{L}\p{N}]?U*L+C?|[^\r\n\p{L}\p{N}]?U+L*C?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*
//     |\s*[\r\n]+|\s+(?!\S)|\s+
//
// with `U` for `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`, `L` for `[\p{Ll}\p{Lm}\p{Lo}\p{M}]` and `C` for
// `(?i:'s|'t|'re|'ve|'m|'ll|'d)`: a word ends where small letters are followed by capital ones. Mistral's Tekken has
// `\p{N}` instead of `\p{N}{1,3}`, and no `C?`. Tested by tests/emitted/test_tokenizer.py against the `tokenizers`
// package.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/characters.h"
#include "runtime/code_ranges.h"
#include "runtime/expression_parts.h"
#include "runtime/types.h"
#include "runtime/unicode_cases.h"
#include "runtime/unicode_marks.h"

#include <string_view>

/// No character stands for itself.
struct NoneApart {
  static constexpr bool kSlashGoesOn = true; // `[\r\n/]*`, not `[\r\n]*`
  static bool has(u32) { return false; }
  static u64 run_bytes(std::string_view) { return 0; }
};

/// A number is cut into pieces of up to `kDigits` digits; `kContractions`: a word takes one that follows it; `Apart`:
/// whose runs come before everything else and are no part of words (pieces_kimi.h).
template <u32 kDigits, bool kContractions, class Apart = NoneApart> struct CasedPieces {
  /// Calls `each(std::string_view)` for every piece of `text`.
  template <class Each> static void for_each(std::string_view text, Each &&each) {
    for_each_match<first_bytes>(text, each);
  }

private:
  /// Which of the two classes a character belongs to; letters without case and marks belong to both.
  struct Case {
    bool upper, lower;
    u32 bytes;
  };

  /// Bytes of the first match in `text`, which is not empty; the expression always matches at the beginning.
  static u64 first_bytes(std::string_view text) {
    if (const u64 run = Apart::run_bytes(text); run > 0)
      return run;
    const Character first = first_character(text);
    const bool may_stand_before =
        first.kind != CharacterKind::Letter && first.kind != CharacterKind::Number && !is_line_end(text[0]);
    for (u64 (*word_end)(std::string_view, u64) : {small_end, capital_end}) {
      u64 end = may_stand_before ? word_end(text, first.bytes) : 0;
      if (end == 0)
        end = word_end(text, 0);
      if (end > 0)
        return end + (kContractions ? contraction_of_any_case(text.substr(end)) : 0);
    }
    if (first.kind == CharacterKind::Number)
      return numbers_end(text, kDigits);
    const u64 from = text[0] == ' ' ? 1 : 0;
    if (u64 end = run_end(text, from, CharacterKind::Other); end > from) {
      while (end < text.size() && (is_line_end(text[end]) || (Apart::kSlashGoesOn && text[end] == '/')))
        ++end;
      return end;
    }
    if (const u64 end = last_line_end(text); end > 0)
      return end;
    return spaces_before_word(text);
  }

  /// `U*L+` from `from` on: where it ends, 0 if it does not match. The first part gives letters back until the second
  /// one has one, so if no small letter follows it ends behind the last letter without case.
  static u64 small_end(std::string_view text, u64 from) {
    u64 last = 0;
    while (from < text.size()) {
      const Case next = first_case(text.substr(from));
      if (!next.upper)
        break;
      from += next.bytes;
      if (next.lower)
        last = from;
    }
    const u64 end = lower_end(text, from);
    return end > from ? end : last;
  }

  /// `U+L*`.
  static u64 capital_end(std::string_view text, u64 from) {
    u64 end = from;
    while (end < text.size()) {
      const Case next = first_case(text.substr(end));
      if (!next.upper)
        break;
      end += next.bytes;
    }
    return end > from ? lower_end(text, end) : 0;
  }

  static u64 lower_end(std::string_view text, u64 from) {
    while (from < text.size()) {
      const Case next = first_case(text.substr(from));
      if (!next.lower)
        break;
      from += next.bytes;
    }
    return from;
  }

  static Case first_case(std::string_view text) {
    const Character next = first_character(text);
    const bool letter = next.kind == CharacterKind::Letter;
    if (next.bytes == 1) {
      const bool small = text[0] >= 'a' && text[0] <= 'z';
      return {letter && !small, letter && small, 1};
    }
    const u32 code = code_point(text, next.bytes);
    if (Apart::has(code))
      return {false, false, next.bytes};
    if (!letter) {
      const bool mark = in_ranges(kMarks, code);
      return {mark, mark, next.bytes};
    }
    return {!in_ranges(kSmallLetters, code), !in_ranges(kCapitalLetters, code), next.bytes};
  }
};

using Gpt4oPieces = CasedPieces<3, true>;
using TekkenPieces = CasedPieces<1, false>;
