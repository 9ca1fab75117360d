//===- rewritten_text.h - What a text became ---------------------*- C++ -*-===//
//
// A text that is written anew, unit by unit, and where in it is what a user typed. Tested by
// tests/unit/runtime/TextChangesTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/text_parts.h"
#include "runtime/types.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>

class RewrittenText {
public:
  /// Allocates room for `most` bytes.
  explicit RewrittenText(u64 most) : out(std::make_unique_for_overwrite<char[]>(most)) {}

  void begin(const TextPart &part) {
    source = part;
    literal = {};
    bytes = unit = read = 0;
  }

  void put(char byte) { out[bytes++] = byte; }
  void put(std::string_view text) {
    std::memcpy(out.get() + bytes, text.data(), text.size());
    bytes += text.size();
  }

  /// In UTF-8.
  void put_code(u32 code) {
    const auto put_byte = [&](u32 byte) { put(static_cast<char>(byte)); };
    if (code < 0x80)
      return put_byte(code);
    if (code < 0x800)
      put_byte(0xc0 | code >> 6);
    else if (code < 0x10000) {
      put_byte(0xe0 | code >> 12);
      put_byte(0x80 | (code >> 6 & 0x3f));
    } else {
      put_byte(0xf0 | code >> 18);
      put_byte(0x80 | (code >> 12 & 0x3f));
      put_byte(0x80 | (code >> 6 & 0x3f));
    }
    put_byte(0x80 | (code & 0x3f));
  }

  /// The source's bytes up to `end` became what was put since the last unit ended. One that was typed in part counts as
  /// typed.
  void end_unit(u64 end) {
    if (source.literal.first >= read)
      literal.first = source.literal.first < end ? unit : bytes;
    if (source.literal.last > read)
      literal.last = bytes;
    unit = bytes;
    read = end;
  }

  /// What was written, which ends before byte `end` of it.
  TextPart up_to(u64 end) const {
    return {{out.get(), end}, {std::min(literal.first, end), std::min(literal.last, end)}, source.start};
  }
  TextPart whole() const { return up_to(bytes); }
  std::string_view text() const { return {out.get(), bytes}; }

private:
  std::unique_ptr<char[]> out;
  TextPart source = {};
  LiteralRange literal;
  u64 bytes = 0, unit = 0; // of `out`; of those, what earlier units became
  u64 read = 0;            // of the source
};
