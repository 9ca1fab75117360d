//===- pieces_deepseek.h - DeepSeek 3's pieces -------------------*- C++ -*-===//
//
// Where text is cut before tokens are merged, which never cross the borders of pieces: at the matches of three
// expressions, one after the other (pieces_steps.h), the last two of which leave something between them:
//
//     \p{N}{1,3}
//     [\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+
//     [!-/:-~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
//
// where `[!-/:-~]` stands for the signs of ASCII. Tested by tests/emitted/test_tokenizer.py against the `tokenizers`
// package.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/characters.h"
#include "runtime/code_ranges.h"
#include "runtime/expression_parts.h"
#include "runtime/pieces_runs.h"
#include "runtime/pieces_steps.h"
#include "runtime/pieces_three_digits.h"
#include "runtime/pieces_whole.h"
#include "runtime/types.h"
#include "runtime/unicode_marks.h"
#include "runtime/unicode_signs.h"

#include <string_view>

struct WordsAndSigns {
  static u64 bytes(std::string_view text) {
    if (is_ascii_sign(text[0]))
      if (const u64 end = ascii_letters_end(text, 1); end > 1)
        return end;
    const Class first = first_class(text);
    if (first.kind == Class::Letter)
      return run_end_of(text, 0, Class::Letter);
    // One character that is neither sign nor line end may come before letters.
    if (first.kind != Class::Sign && !is_line_end(text[0]))
      if (const u64 end = run_end_of(text, first.bytes, Class::Letter); end > first.bytes)
        return end;
    const u64 from = text[0] == ' ' ? 1 : 0;
    if (const u64 end = run_end_of(text, from, Class::Sign); end > from)
      return line_ends_end(text, end);
    if (const u64 end = last_line_end(text); end > 0)
      return end;
    return first_character(text).kind == CharacterKind::Space ? spaces_before_word(text) : 0;
  }

private:
  /// Letters with their marks, punctuation and symbols, and the rest.
  struct Class {
    enum Kind : u8 { Rest, Letter, Sign } kind;
    u32 bytes;
  };

  static bool is_ascii_sign(char byte) {
    return byte > ' ' && byte < '\x7f' && first_class({&byte, 1}).kind == Class::Sign;
  }

  static u64 ascii_letters_end(std::string_view text, u64 from) {
    while (from < text.size() && ((text[from] | 0x20) >= 'a' && (text[from] | 0x20) <= 'z'))
      ++from;
    return from;
  }

  static u64 run_end_of(std::string_view text, u64 from, Class::Kind kind) {
    while (from < text.size()) {
      const Class next = first_class(text.substr(from));
      if (next.kind != kind)
        break;
      from += next.bytes;
    }
    return from;
  }

  static Class first_class(std::string_view text) {
    const Character next = first_character(text);
    if (next.kind == CharacterKind::Letter)
      return {Class::Letter, next.bytes};
    const u32 bytes = next.kind == CharacterKind::Other ? whole_character(text) : 0;
    if (bytes == 0)
      return {Class::Rest, next.bytes};
    const u32 code = code_point(text, bytes);
    return {in_ranges(kPunctuation, code) || in_ranges(kSymbols, code) ? Class::Sign
            : in_ranges(kMarks, code)                                  ? Class::Letter
                                                                       : Class::Rest,
            bytes};
  }
};

using DeepSeek3Pieces = CutOut<ThreeDigits, CutOut<RunOf<ChineseOrKana>, CutOut<WordsAndSigns, WholePieces>>>;
