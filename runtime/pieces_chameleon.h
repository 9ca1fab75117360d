//===- pieces_chameleon.h - Chameleon's pieces --------------------*- C++ -*-===//
//
// Where text is cut before tokens are merged, which never cross the borders of pieces: at the matches of six
// expressions, one after the other (pieces_steps.h): names of sentinels and of images, some white space, numbers one
// by one, signs one by one, and GPT-2's.
//
//     <sentinel:[0-9]+>
//     (IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z
//     ([\t\n]|    |  )
//     \p{N}
//     [\p{P}!-/:-@\[-`{-~]
//     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)
//
// Tested by tests/emitted/test_tokenizer_families.py against the `tokenizers` package.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/characters.h"
#include "runtime/code_ranges.h"
#include "runtime/pieces_each_number.h"
#include "runtime/pieces_gpt2.h"
#include "runtime/pieces_steps.h"
#include "runtime/types.h"
#include "runtime/unicode_signs.h"
#include "runtime/utf8.h"

#include <string_view>

/// `before`, letters from `first` to `last`, one at least and `most` at most, and `behind`, which is none of them.
inline u64 name_bytes(std::string_view text, std::string_view before, char first, char last, u64 most, char behind) {
  if (!text.starts_with(before))
    return 0;
  u64 end = before.size();
  while (end < text.size() && text[end] >= first && text[end] <= last)
    ++end;
  const u64 count = end - before.size();
  return count > 0 && count <= most && end < text.size() && text[end] == behind ? end + 1 : 0;
}

struct SentinelName {
  static u64 bytes(std::string_view text) { return name_bytes(text, "<sentinel:", '0', '9', text.size(), '>'); }
};

struct ImageName {
  static u64 bytes(std::string_view text) { return name_bytes(text, "IMGIMG", 'A', 'I', 4, 'Z'); }
};

/// A tab, a line feed, four spaces, or two.
struct WideSpace {
  static u64 bytes(std::string_view text) {
    if (text[0] == '\t' || text[0] == '\n')
      return 1;
    return text.starts_with("    ") ? 4 : text.starts_with("  ") ? 2 : 0;
  }
};

/// Punctuation, and what else is a sign of ASCII.
struct EachSign {
  static u64 bytes(std::string_view text) {
    const Character first = first_character(text);
    if (first.kind != CharacterKind::Other)
      return 0;
    if (text[0] > ' ' && text[0] < '\x7f')
      return 1;
    const u32 bytes = whole_character(text);
    return bytes > 0 && in_ranges(kPunctuation, code_point(text, bytes)) ? bytes : 0;
  }
};

using ChameleonPieces =
    CutOut<SentinelName, CutOut<ImageName, CutOut<WideSpace, CutOut<EachNumber, CutOut<EachSign, Gpt2Pieces>>>>>;
