//===- characters.h - Letters, numbers, white space, and the rest -*- C++ -*-===//
//
// The classes that the regular expressions of pre-tokenizers tell apart. A byte that belongs to no character is a
// character of its own that is neither letter nor number nor space. Tested by tests/emitted/test_tokenizer.py against
// the `tokenizers` package, code point by code point.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/code_ranges.h"
#include "runtime/types.h"
#include "runtime/unicode_letters.h"
#include "runtime/unicode_spaces.h"
#include "runtime/utf8.h"

#include <string_view>

enum class CharacterKind : u8 { Other, Letter, Number, Space };

struct Character {
  CharacterKind kind;
  u32 bytes;
};

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
  return {in_ranges(kSpaces, code) ? CharacterKind::Space : CharacterKind::Other, bytes};
}

/// Characters are what they are; pieces_marked.h tells them apart otherwise.
struct PlainCharacters {
  static Character first(std::string_view text) { return first_character(text); }
};

/// Bytes of the run of characters of `kind` from `from` on, plus `from`. `Classes::first` says of which kind a text's
/// first character is.
template <class Classes = PlainCharacters> u64 run_end(std::string_view text, u64 from, CharacterKind kind) {
  while (from < text.size()) {
    const Character next = Classes::first(text.substr(from));
    if (next.kind != kind)
      break;
    from += next.bytes;
  }
  return from;
}

/// Bytes of the match of `\s+(?!\S)|\s+` that `text` begins with; it does begin with a space. All spaces at the end of
/// the text, otherwise all but the last if there is more than one.
inline u64 spaces_before_word(std::string_view text) {
  u64 end = 0, last = 0;
  while (end < text.size()) {
    const Character next = first_character(text.substr(end));
    if (next.kind != CharacterKind::Space)
      return end > last ? end - last : end;
    end += next.bytes;
    last = next.bytes;
  }
  return end;
}

/// Calls `each(std::string_view)` for the pieces that a text is made of, one behind the other. `first_bytes` has the
/// bytes of the first one of a text that is not empty.
template <u64 (*first_bytes)(std::string_view), class Each> void for_each_match(std::string_view text, Each &&each) {
  while (!text.empty()) {
    const u64 bytes = first_bytes(text);
    each(text.substr(0, bytes));
    text.remove_prefix(bytes);
  }
}
