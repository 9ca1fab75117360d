//===- pieces_llama3.h - Pieces of Llama 3 and Qwen --------------*- C++ -*-===//
//
// Where text is cut before tokens are merged, which never cross the borders of pieces: at the matches of
//
//     (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*
//     |\s*[\r\n]+|\s+(?!\S)|\s+
//
// where Qwen has `\p{N}` instead of `\p{N}{1,3}`. Tested by tests/emitted/test_tokenizer.py against the `tokenizers`
// package.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/characters.h"
#include "runtime/types.h"

#include <string_view>

/// A number is cut into pieces of up to `kDigits` digits.
template <u32 kDigits> struct LetterRunPieces {
  /// Calls `each(std::string_view)` for every piece of `text`.
  template <class Each> static void for_each(std::string_view text, Each &&each) {
    while (!text.empty()) {
      const u64 bytes = first_bytes(text);
      each(text.substr(0, bytes));
      text.remove_prefix(bytes);
    }
  }

private:
  /// Bytes of the first match in `text`, which is not empty; the expression always matches at the beginning.
  static u64 first_bytes(std::string_view text) {
    if (const u64 contraction = contraction_bytes(text); contraction > 0)
      return contraction;

    const Character first = first_character(text);
    if (first.kind == CharacterKind::Letter)
      return run_end(text, first.bytes, CharacterKind::Letter);
    if (first.kind == CharacterKind::Number)
      return number_bytes(text);
    // One character that is no line end may come before letters.
    if (!is_line_end(text[0]))
      if (const u64 end = run_end(text, first.bytes, CharacterKind::Letter); end > first.bytes)
        return end;

    const u64 from = text[0] == ' ' ? 1 : 0;
    if (const u64 end = run_end(text, from, CharacterKind::Other); end > from)
      return line_ends_end(text, end);
    if (const u64 end = last_line_end(text); end > 0)
      return end;
    return spaces_before_word(text);
  }

  static bool is_line_end(char byte) { return byte == '\r' || byte == '\n'; }

  static u64 line_ends_end(std::string_view text, u64 from) {
    while (from < text.size() && is_line_end(text[from]))
      ++from;
    return from;
  }

  /// Bytes up to the last line end in the spaces that `text` begins with, 0 if there is none.
  static u64 last_line_end(std::string_view text) {
    const u64 end = run_end(text, 0, CharacterKind::Space);
    for (u64 at = end; at > 0; --at)
      if (is_line_end(text[at - 1]))
        return at;
    return 0;
  }

  static u64 number_bytes(std::string_view text) {
    u64 end = 0;
    for (u32 digits = 0; digits < kDigits && end < text.size(); ++digits) {
      const Character next = first_character(text.substr(end));
      if (next.kind != CharacterKind::Number)
        break;
      end += next.bytes;
    }
    return end;
  }

  /// Bytes of the contraction that `text` begins with, in either case, 0 if there is none. U+017F is another small s.
  static u64 contraction_bytes(std::string_view text) {
    if (text.size() < 2 || text[0] != '\'')
      return 0;
    if (text.substr(1).starts_with("\xc5\xbf"))
      return 3;
    const char first = lower_case(text[1]), second = text.size() > 2 ? lower_case(text[2]) : '\0';
    if (first == 's' || first == 't' || first == 'm' || first == 'd')
      return 2;
    const bool long_form =
        (first == 'r' && second == 'e') || (first == 'v' && second == 'e') || (first == 'l' && second == 'l');
    return long_form ? 3 : 0;
  }

  static char lower_case(char byte) { return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 32) : byte; }
};

using Llama3Pieces = LetterRunPieces<3>;
using QwenPieces = LetterRunPieces<1>;
