//===- pieces_phrases.h - EXAONE's phrases ----------------------*- C++ -*-===//
//
// K-EXAONE merges across words: a piece is a row of words with one space between them. The matches are those of
//
//     (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}
//     | ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+
//
// Tested by tests/emitted/test_tokenizer_families.py against the `tokenizers` package.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/characters.h"
#include "runtime/code_ranges.h"
#include "runtime/expression_parts.h"
#include "runtime/types.h"
#include "runtime/unicode_marks.h"
#include "runtime/utf8.h"

#include <string_view>

struct PhrasePieces {
  /// Calls `each(std::string_view)` for every piece of `text`.
  template <class Each> static void for_each(std::string_view text, Each &&each) {
    for_each_match<first_bytes>(text, each);
  }

private:
  /// Bytes of the first match in `text`, which is not empty; the expression always matches at the beginning.
  static u64 first_bytes(std::string_view text) {
    if (const u64 contraction = contraction_of_any_case(text); contraction > 0)
      return contraction;
    const Character first = first_character(text);
    if (first.kind == CharacterKind::Number)
      return first.bytes;
    // One character that is no line end may come before letters.
    const u64 before = first.kind == CharacterKind::Letter || is_line_end(text[0]) ? 0 : first.bytes;
    if (letter_bytes(text, before) > 0)
      return phrase_end(text, before);
    const u64 from = text[0] == ' ' ? 1 : 0;
    if (const u64 end = run_end(text, from, CharacterKind::Other); end > from)
      return end < text.size() && is_line_end(text[end]) ? end + 1 : end; // a slash is a sign: the run has it
    if (const u64 end = last_line_end(text); end > 0)
      return end;
    return spaces_before_word(text);
  }

  /// Where the phrase ends that begins with a letter at `from`.
  static u64 phrase_end(std::string_view text, u64 from) {
    while (from < text.size()) {
      u64 next = letter_bytes(text, from);
      if (next == 0)
        next = mark_bytes(text.substr(from));
      if (next == 0 && text[from] == ' ')
        if (const u64 letter = letter_bytes(text, from + 1); letter > 0)
          next = 1 + letter;
      if (next == 0)
        break;
      from += next;
    }
    return from;
  }

  static u64 letter_bytes(std::string_view text, u64 from) {
    if (from >= text.size())
      return 0;
    const Character next = first_character(text.substr(from));
    return next.kind == CharacterKind::Letter ? next.bytes : 0;
  }

  static u64 mark_bytes(std::string_view text) {
    const Character next = first_character(text);
    return next.bytes > 1 && in_ranges(kMarks, code_point(text, next.bytes)) ? next.bytes : 0;
  }
};
