//===- whole_characters.h - Text as it comes, never cut ----------*- C++ -*-===//
//
// A token may end inside a character: its first bytes are held back until the rest arrives. What can never become a
// character comes as U+FFFD, one for each maximal part or one for each byte, so that the text is valid UTF-8 whatever
// the model says. Tested by tests/unit/runtime/WholeCharactersTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"
#include "runtime/utf8.h"

#include <cstddef>
#include <string_view>

class WholeCharacters {
public:
  explicit WholeCharacters(bool given_replaces_each_byte = false) : replaces_each_byte(given_replaces_each_byte) {}

  /// Calls `write(std::string_view)` with what is whole.
  template <class Write> void take(std::string_view bytes, Write &&write) {
    for (char byte : bytes)
      add(byte, write);
  }

  /// The text ends here: a character that is still incomplete stays so.
  template <class Write> void finish(Write &&write) {
    if (held > 0)
      replace(write);
  }

  /// No part is longer than this times the bytes that came, held ones included.
  static constexpr std::size_t kMostTimes = 3;

private:
  template <class Write> void add(char byte, Write &&write) {
    if (held > 0 && !continues_character(lead(), held, static_cast<u8>(byte)))
      replace(write);
    if (held == 0 && character_bytes(static_cast<u8>(byte)) == 0)
      return write(kReplacement);
    pending[held++] = byte;
    if (held == character_bytes(lead())) {
      write(std::string_view(pending, held));
      held = 0;
    }
  }

  template <class Write> void replace(Write &&write) {
    for (u32 index = 0; index < (replaces_each_byte ? held : 1); ++index)
      write(kReplacement);
    held = 0;
  }

  u8 lead() const { return static_cast<u8>(pending[0]); }

  static constexpr std::string_view kReplacement = "\xef\xbf\xbd"; // U+FFFD
  bool replaces_each_byte;
  char pending[4] = {};
  u32 held = 0; // bytes in `pending`
};
