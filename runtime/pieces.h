//===- pieces.h - Where text is cut before tokens are merged -----*- C++ -*-===//
//
// Tokens never cross the borders of pieces. GPT-2's pieces are the matches of
//
//     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
//
// and SmolLM first makes every number a text of its own: the expression sees what lies between numbers, and nothing
// beyond it. That matters to `\s+(?!\S)`: of the spaces before a word it leaves the last one to the word, but those
// before a number or the end it takes whole. A byte that belongs to no character is a character of its own that is
// neither letter nor number nor space. Tested by tests/emitted/test_tokenizer.py against the `tokenizers` package, and
// tests/unit/runtime/TokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"
#include "runtime/unicode_table.h"
#include "runtime/utf8.h"

#include <string_view>

enum class CharacterKind : u8 { Other, Letter, Number, NewerNumber, Space };

struct Character {
  CharacterKind kind;
  u32 bytes;
};

template <std::size_t Count> constexpr bool in_ranges(const CodeRange (&ranges)[Count], u32 code) {
  std::size_t low = 0, high = Count; // the range that may hold `code` is in [low, high)
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (code < ranges[middle].first)
      high = middle;
    else if (code > ranges[middle].last)
      low = middle + 1;
    else
      return true;
  }
  return false;
}

/// Classes of the code points below 128, which most text is made of.
struct AsciiKinds {
  CharacterKind kinds[128];

  constexpr AsciiKinds() : kinds{} {
    for (u32 code = 0; code < 128; ++code)
      kinds[code] = in_ranges(kLetters, code)   ? CharacterKind::Letter
                    : in_ranges(kNumbers, code) ? CharacterKind::Number
                    : in_ranges(kSpaces, code)  ? CharacterKind::Space
                                                : CharacterKind::Other;
  }
};
constexpr AsciiKinds kAscii;

/// The first character of `text`, which is not empty.
inline Character first_character(std::string_view text) {
  const u8 lead = static_cast<u8>(text[0]);
  if (lead < 128)
    return {kAscii.kinds[lead], 1};
  const u32 bytes = whole_character(text);
  if (bytes == 0)
    return {CharacterKind::Other, 1};
  const u32 code = code_point(text, bytes);
  if (in_ranges(kLetters, code))
    return {CharacterKind::Letter, bytes};
  if (in_ranges(kNumbers, code))
    return {CharacterKind::Number, bytes};
  if (in_ranges(kSpaces, code))
    return {CharacterKind::Space, bytes};
  return {in_ranges(kNewerNumbers, code) ? CharacterKind::NewerNumber : CharacterKind::Other, bytes};
}

/// What the regular expression sees: its Unicode is older than the digit splitter's.
inline Character matched_character(std::string_view text) {
  Character character = first_character(text);
  if (character.kind == CharacterKind::NewerNumber)
    character.kind = CharacterKind::Other;
  return character;
}

/// Bytes of the contraction that `text` begins with, 0 if there is none.
inline u64 contraction_bytes(std::string_view text) {
  for (std::string_view contraction : {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"})
    if (text.starts_with(contraction))
      return contraction.size();
  return 0;
}

/// Bytes of the run of characters of `kind` from `from` on, plus `from`.
inline u64 run_end(std::string_view text, u64 from, CharacterKind kind) {
  while (from < text.size()) {
    const Character next = matched_character(text.substr(from));
    if (next.kind != kind)
      break;
    from += next.bytes;
  }
  return from;
}

/// Bytes of the first match of GPT-2's expression in `text`, which is not empty; it always matches at the beginning.
inline u64 first_piece_bytes(std::string_view text) {
  if (const u64 contraction = contraction_bytes(text); contraction > 0)
    return contraction;

  const Character first = matched_character(text);
  if (first.kind != CharacterKind::Space)
    return run_end(text, first.bytes, first.kind);
  if (text[0] == ' ' && text.size() > 1)
    if (const Character second = matched_character(text.substr(1)); second.kind != CharacterKind::Space)
      return run_end(text, 1 + second.bytes, second.kind);

  // Spaces: all of them at the end of the text, otherwise all but the last if there is more than one.
  u64 end = first.bytes, last = first.bytes;
  while (end < text.size()) {
    const Character next = matched_character(text.substr(end));
    if (next.kind != CharacterKind::Space)
      return end > last ? end - last : end;
    end += next.bytes;
    last = next.bytes;
  }
  return end;
}

/// Bytes before the first number in `text`, or of that number if the text begins with it.
inline u64 digit_segment_bytes(std::string_view text) {
  for (u64 at = 0; at < text.size();) {
    const Character next = first_character(text.substr(at));
    if (next.kind == CharacterKind::Number || next.kind == CharacterKind::NewerNumber)
      return at > 0 ? at : next.bytes;
    at += next.bytes;
  }
  return text.size();
}

/// Calls `each(std::string_view)` for every piece of `text`.
template <class Each> void for_each_piece(std::string_view text, bool split_digits, Each &&each) {
  while (!text.empty()) {
    std::string_view segment = text.substr(0, split_digits ? digit_segment_bytes(text) : text.size());
    text.remove_prefix(segment.size());
    while (!segment.empty()) {
      const u64 bytes = first_piece_bytes(segment);
      each(segment.substr(0, bytes));
      segment.remove_prefix(bytes);
    }
  }
}
