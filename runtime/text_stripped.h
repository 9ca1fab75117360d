//===- text_stripped.h - No white space around a text ------------*- C++ -*-===//
//
// White space at the beginning of a text goes, at its end, or at both. Tested by
// tests/unit/runtime/TextChangesTest.cpp, and against the `tokenizers` package by tests/emitted/test_normalizers.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/text_parts.h"
#include "runtime/token_lookup.h"
#include "runtime/types.h"

#include <algorithm>

template <bool kAtStart, bool kAtEnd> struct StrippedText {
  static u64 longest(const TokenizerTables &, u64 bytes) { return bytes; }
  StrippedText(const TokenizerTables &, u64) {}

  TextPart operator()(TextPart part) {
    const u64 before = kAtStart ? spaces_at_start(part.text) : 0;
    part.text.remove_prefix(before);
    part.literal = part.literal.after(before);
    if (kAtEnd)
      part.text.remove_suffix(spaces_at_end(part.text));
    part.literal.first = std::min<u64>(part.literal.first, part.text.size());
    part.literal.last = std::min<u64>(part.literal.last, part.text.size());
    return part;
  }
};
