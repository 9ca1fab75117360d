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
