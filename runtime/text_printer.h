//===- text_printer.h - Prints text as it comes ------------------*- C++ -*-===//
//
// A token may end inside a character: its first bytes are held back until the rest arrives. What can never become a
// character is printed as U+FFFD, one for each maximal part or one for each byte, so that the output is valid UTF-8
// whatever the model says.
// Tested by tests/unit/runtime/TextPrinterTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"
#include "runtime/utf8.h"

#include <cstdio>
#include <string_view>

class TextPrinter {
public:
  explicit TextPrinter(std::FILE *out, bool replaces_each_byte = false)
      : out(out), replaces_each_byte(replaces_each_byte) {}

  void print(std::string_view bytes) {
    write(bytes);
    std::fflush(out); // a reader sees every token when it is there
  }

  /// The same, of a text that comes in parts.
  void write(std::string_view bytes) {
    for (char byte : bytes)
      add(static_cast<u8>(byte));
  }

  /// The text ends here: a character that is still incomplete stays so.
  void finish() {
    if (held > 0)
      replace();
    std::fflush(out);
  }

private:
  void add(u8 byte) {
    if (held > 0 && !continues_character(pending[0], held, byte))
      replace();
    if (held == 0 && character_bytes(byte) == 0) {
      std::fputs(kReplacement, out);
      return;
    }
    pending[held++] = byte;
    if (held == character_bytes(pending[0])) {
      std::fwrite(pending, 1, held, out);
      held = 0;
    }
  }

  void replace() {
    for (u32 index = 0; index < (replaces_each_byte ? held : 1); ++index)
      std::fputs(kReplacement, out);
    held = 0;
  }

  static constexpr const char *kReplacement = "\xef\xbf\xbd"; // U+FFFD
  std::FILE *out;
  bool replaces_each_byte;
  u8 pending[4] = {};
  u32 held = 0; // bytes in `pending`
};
