//===- strip_spaces.h - Text without white space around it -------*- C++ -*-===//
//
// Chat templates that say `message.content | trim` mean what Python's str.strip does: Unicode's white space and the
// four separators of ASCII. Tested by tests/unit/runtime/StripSpacesTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/code_ranges.h"
#include "runtime/types.h"
#include "runtime/unicode_spaces.h"
#include "runtime/utf8.h"

#include <string_view>

/// Bytes of the white space that `text` begins with: one character, or 0.
inline u32 leading_space_bytes(std::string_view text) {
  const u32 bytes = text.empty() ? 0 : whole_character(text);
  if (bytes == 0)
    return 0;
  const u32 code = code_point(text, bytes);
  return in_ranges(kSpaces, code) || (code >= 0x1c && code <= 0x1f) ? bytes : 0;
}

/// The same at the end of `text`.
inline u32 trailing_space_bytes(std::string_view text) {
  for (u32 bytes = 1; bytes <= 3 && bytes <= text.size(); ++bytes) // no space is longer than three bytes
    if (leading_space_bytes(text.substr(text.size() - bytes)) == bytes)
      return bytes;
  return 0;
}

inline std::string_view strip_spaces_before(std::string_view text) {
  while (const u32 bytes = leading_space_bytes(text))
    text.remove_prefix(bytes);
  return text;
}

inline std::string_view strip_spaces_after(std::string_view text) {
  while (const u32 bytes = trailing_space_bytes(text))
    text.remove_suffix(bytes);
  return text;
}

/// What a chat template takes away from what is said.
enum class Strip : u8 { Nothing, LineEndsBefore, LineEnds, SpacesBefore, SpacesAfter, Spaces };

inline std::string_view stripped(Strip what, std::string_view text) {
  if (what == Strip::SpacesBefore || what == Strip::Spaces)
    text = strip_spaces_before(text);
  if (what == Strip::SpacesAfter || what == Strip::Spaces)
    text = strip_spaces_after(text);
  while ((what == Strip::LineEndsBefore || what == Strip::LineEnds) && text.starts_with('\n'))
    text.remove_prefix(1);
  while (what == Strip::LineEnds && text.ends_with('\n'))
    text.remove_suffix(1);
  return text;
}
