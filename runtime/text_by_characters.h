//===- text_by_characters.h - Small letters, no accents ----------*- C++ -*-===//
//
// What is done to a text character by character, wherever it stands: capital letters become small ones, marks go. Of a
// text that was taken apart before (text_normal_form.h), marks are the accents of its letters. Bytes that belong to no
// character stay. Tested by tests/unit/runtime/TextChangesTest.cpp, and against the `tokenizers` package by
// tests/emitted/test_normalizers.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/code_ranges.h"
#include "runtime/rewritten_text.h"
#include "runtime/text_parts.h"
#include "runtime/token_lookup.h"
#include "runtime/types.h"
#include "runtime/unicode_accents.h"
#include "runtime/unicode_lower.h"
#include "runtime/utf8.h"

#include <iterator>
#include <string_view>

/// Small letters, whatever stands around them.
struct SmallLetters {
  static constexpr u64 kGrowth = 2; // bytes that a byte becomes at most

  static void put(u32 code, std::string_view character, RewrittenText &out) {
    if (code == kCapitalIWithDot)
      return out.put("i\xcc\x87");
    const LowerRange *found = std::begin(kLowerRanges);
    for (u64 left = std::size(kLowerRanges); left > 0;) { // the first range that ends at `code` or behind it
      const u64 half = left / 2;
      if (found[half].last < code) {
        found += half + 1;
        left -= half + 1;
      } else
        left = half;
    }
    if (found != std::end(kLowerRanges) && found->first <= code && (code - found->first) % found->step == 0)
      out.put_code(static_cast<u32>(static_cast<i32>(code) + found->to_lower));
    else
      out.put(character);
  }
};

/// Everything but marks.
struct NoAccents {
  static constexpr u64 kGrowth = 1;

  static void put(u32 code, std::string_view character, RewrittenText &out) {
    if (!in_ranges(kAccents, code))
      out.put(character);
  }
};

template <class Change> class TextByCharacters {
public:
  static u64 longest(const TokenizerTables &, u64 bytes) { return Change::kGrowth * bytes; }

  TextByCharacters(const TokenizerTables &tables, u64 most) : out(longest(tables, most)) {}

  TextPart operator()(TextPart part) {
    out.begin(part);
    for (u64 at = 0; at < part.text.size();) {
      const std::string_view rest = part.text.substr(at);
      const u32 bytes = whole_character(rest);
      if (bytes == 0)
        out.put(rest[0]);
      else
        Change::put(code_point(rest, bytes), rest.substr(0, bytes), out);
      at += bytes == 0 ? 1 : bytes;
      out.end_unit(at);
    }
    return out.whole();
  }

private:
  RewrittenText out;
};
