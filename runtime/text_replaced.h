//===- text_replaced.h - A text in the place of another ----------*- C++ -*-===//
//
// Wherever one text stands, from left to right, another takes its place. Tested by
// tests/unit/runtime/TextChangesTest.cpp, and against the `tokenizers` package by tests/emitted/test_normalizers.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/rewritten_text.h"
#include "runtime/text_parts.h"
#include "runtime/token_lookup.h"
#include "runtime/types.h"

#include <algorithm>
#include <string_view>

/// Words: `pattern()`, which is not empty, and `content()`.
template <class Words> class ReplacedText {
public:
  static u64 longest(const TokenizerTables &, u64 bytes) {
    const u64 from = Words::pattern().size(), to = Words::content().size();
    return std::max<u64>((to + from - 1) / from, 1) * bytes;
  }

  ReplacedText(const TokenizerTables &tables, u64 most) : out(longest(tables, most)) {}

  TextPart operator()(TextPart part) {
    const std::string_view pattern = Words::pattern();
    if (part.text.find(pattern) == std::string_view::npos)
      return part;
    out.begin(part);
    for (u64 at = 0; at < part.text.size();) {
      const bool is_found = part.text.substr(at).starts_with(pattern);
      out.put(is_found ? Words::content() : part.text.substr(at, 1));
      at += is_found ? pattern.size() : 1;
      out.end_unit(at);
    }
    return out.whole();
  }

private:
  RewrittenText out;
};
