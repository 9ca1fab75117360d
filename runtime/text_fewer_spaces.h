//===- text_fewer_spaces.h - Of many spaces one ------------------*- C++ -*-===//
//
// What tokenizers leave of several spaces in a row, and of those around a text. Tested by
// tests/unit/runtime/TextChangesTest.cpp, and against other packages by tests/emitted/test_character_maps.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/rewritten_text.h"
#include "runtime/text_parts.h"
#include "runtime/token_lookup.h"
#include "runtime/types.h"
#include "runtime/utf8.h"

#include <algorithm>
#include <string_view>

/// Of many spaces one is left. Inside: also at the ends of a text; InsideAndEnd: white space at its end goes first;
/// NoneAround: spaces at both ends go, at the end U+2581 too; WhiteSpace: all white space is meant, goes at both ends,
/// and before U+2581, which begins a word as well.
enum class FewerSpaces : u8 { Inside, InsideAndEnd, NoneAround, WhiteSpace };

template <FewerSpaces kWhich> class TextWithFewerSpaces {
public:
  static u64 longest(const TokenizerTables &, u64 bytes) { return bytes; }

  TextWithFewerSpaces(const TokenizerTables &tables, u64 most) : out(longest(tables, most)) {}

  TextPart operator()(TextPart part) {
    std::string_view text = part.text;
    if (kWhich == FewerSpaces::InsideAndEnd)
      text.remove_suffix(spaces_at_end(text));
    out.begin(part);
    for (u64 at = 0; at < text.size();) {
      const std::string_view rest = text.substr(at);
      if (const u64 spaces = spaces_before(rest); spaces == 0) {
        out.put(rest[0]);
        ++at;
      } else {
        if (is_kept(at == 0, rest.substr(spaces)))
          out.put(' ');
        at += spaces;
      }
      out.end_unit(at);
    }
    return kWhich == FewerSpaces::NoneAround ? out.up_to(end_of_words()) : out.whole();
  }

private:
  static constexpr std::string_view kMark = "\xe2\x96\x81";

  /// Bytes of the spaces that `rest` begins with.
  static u64 spaces_before(std::string_view rest) {
    return kWhich == FewerSpaces::WhiteSpace ? spaces_at_start(rest)
                                             : std::min(rest.find_first_not_of(' '), rest.size());
  }

  /// Whether one of several spaces stays. `behind`: the text after them.
  static bool is_kept(bool at_start, std::string_view behind) {
    if (kWhich == FewerSpaces::NoneAround)
      return !at_start;
    return kWhich != FewerSpaces::WhiteSpace || (!at_start && !behind.empty() && !behind.starts_with(kMark));
  }

  u64 end_of_words() const {
    std::string_view text = out.text();
    while (text.ends_with(' ') || text.ends_with(kMark))
      text.remove_suffix(text.ends_with(' ') ? 1 : kMark.size());
    return text.size();
  }

  RewrittenText out;
};
