//===- text_spaces.h - Spaces as SentencePiece sees them ---------*- C++ -*-===//
//
// SentencePiece writes U+2581 for a space and puts one before a text, so that a word is the same at its beginning. Here
// the plain space stands for both, in texts and in tables. Tested by tests/unit/runtime/TokenizerTest.cpp and
// tests/emitted/test_tokenizer.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/text_parts.h"
#include "runtime/token_lookup.h"
#include "runtime/types.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>

/// Where a space is put. "Without": only if there is none.
enum class SpaceBefore : u8 { Nothing, EveryPart, EveryPartWithout, TextWithout };

template <SpaceBefore kBefore> class MarkedSpaces {
public:
  static u64 longest(const TokenizerTables &, u64 bytes) { return bytes + 1; }

  MarkedSpaces(const TokenizerTables &tables, u64 most)
      : out(std::make_unique_for_overwrite<char[]>(longest(tables, most))) {}

  TextPart operator()(TextPart part) {
    const bool space = puts_space(part);
    if (!space && part.text.find(kMark) == std::string_view::npos)
      return part;
    u64 bytes = 0;
    if (space)
      out[bytes++] = ' ';
    LiteralRange literal;
    u64 at = 0;
    const auto copy_up_to = [&](u64 end) {
      std::memcpy(out.get() + bytes, part.text.data() + at, end - at);
      for (u64 LiteralRange::*edge : {&LiteralRange::first, &LiteralRange::last})
        if (part.literal.*edge >= at)
          literal.*edge = bytes + std::min(part.literal.*edge, end) - at;
      bytes += end - at;
      at = end;
    };
    for (u64 mark; (mark = part.text.find(kMark, at)) != std::string_view::npos; at += kMark.size()) {
      copy_up_to(mark);
      out[bytes++] = ' ';
    }
    copy_up_to(part.text.size());
    return {{out.get(), bytes}, literal, part.start};
  }

private:
  static constexpr std::string_view kMark = "\xe2\x96\x81";

  static bool puts_space(const TextPart &part) {
    if (kBefore == SpaceBefore::Nothing || part.start == Start::Middle)
      return false;
    if (kBefore == SpaceBefore::TextWithout && part.start != Start::Text)
      return false;
    return kBefore == SpaceBefore::EveryPart || !(part.text.starts_with(' ') || part.text.starts_with(kMark));
  }

  std::unique_ptr<char[]> out;
};
