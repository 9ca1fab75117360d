//===- expression_parts.h - What several expressions have in common -*- C++ -*-===//
//
// Parts of the regular expressions that cut text into pieces (pieces_*.h). Each is asked about the beginning of a text
// and answers in bytes. Tested by tests/emitted/test_tokenizer.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/characters.h"
#include "runtime/types.h"

#include <string_view>

inline bool is_line_end(char byte) { return byte == '\r' || byte == '\n'; }

/// `[\r\n]*` from `from` on: where it ends.
inline u64 line_ends_end(std::string_view text, u64 from) {
  while (from < text.size() && is_line_end(text[from]))
    ++from;
  return from;
}

/// `\s*[\r\n]+`: up to the last line end in the spaces that `text` begins with, 0 if there is none.
inline u64 last_line_end(std::string_view text) {
  const u64 end = run_end(text, 0, CharacterKind::Space);
  for (u64 at = end; at > 0; --at)
    if (is_line_end(text[at - 1]))
      return at;
  return 0;
}

/// `\p{N}{1,most}`, 0 if there is no number.
inline u64 numbers_end(std::string_view text, u32 most) {
  u64 end = 0;
  for (u32 digits = 0; digits < most && end < text.size(); ++digits) {
    const Character next = first_character(text.substr(end));
    if (next.kind != CharacterKind::Number)
      break;
    end += next.bytes;
  }
  return end;
}

/// `(?i:'s|'t|'re|'ve|'m|'ll|'d)`, 0 if there is none. U+017F is another small s.
inline u64 contraction_of_any_case(std::string_view text) {
  if (text.size() < 2 || text[0] != '\'')
    return 0;
  if (text.substr(1).starts_with("\xc5\xbf"))
    return 3;
  const auto lower_case = [](char byte) { return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 32) : byte; };
  const char first = lower_case(text[1]), second = text.size() > 2 ? lower_case(text[2]) : '\0';
  if (first == 's' || first == 't' || first == 'm' || first == 'd')
    return 2;
  const bool long_form =
      (first == 'r' && second == 'e') || (first == 'v' && second == 'e') || (first == 'l' && second == 'l');
  return long_form ? 3 : 0;
}
