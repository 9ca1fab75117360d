//===- utf8.h - The shape of UTF-8 -------------------------------*- C++ -*-===//
//
// Which bytes make a character (Unicode, table 3-7): no overlong forms, no surrogates, nothing above U+10FFFF. Text
// from outside may hold anything, so readers ask before they look at the next byte. Tested by
// tests/unit/runtime/WholeCharactersTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

#include <string_view>

/// Bytes of a character that begins with `lead`; 0 if none does.
constexpr u32 character_bytes(u8 lead) {
  if (lead < 0x80)
    return 1;
  if (lead < 0xc2 || lead > 0xf4)
    return 0;
  return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/// Whether `byte` may be number `index` (1 .. 3) of a character that begins with `lead`.
constexpr bool continues_character(u8 lead, u32 index, u8 byte) {
  const u8 lowest = index > 1 ? 0x80 : lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const u8 highest = index > 1 ? 0xbf : lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  return byte >= lowest && byte <= highest;
}

/// Bytes of the character that `text` (not empty) begins with; 0 if it begins with no whole character.
[[maybe_unused]] constexpr u32 whole_character(std::string_view text) {
  const u8 lead = static_cast<u8>(text[0]);
  const u32 bytes = character_bytes(lead);
  if (bytes > text.size())
    return 0;
  for (u32 index = 1; index < bytes; ++index)
    if (!continues_character(lead, index, static_cast<u8>(text[index])))
      return 0;
  return bytes;
}

/// The code point of a whole character of `bytes` bytes.
[[maybe_unused]] constexpr u32 code_point(std::string_view character, u32 bytes) {
  u32 code = static_cast<u8>(character[0]) & (bytes == 1 ? 0x7fu : 0xffu >> (bytes + 1));
  for (u32 index = 1; index < bytes; ++index)
    code = code << 6 | (static_cast<u8>(character[index]) & 0x3fu);
  return code;
}
