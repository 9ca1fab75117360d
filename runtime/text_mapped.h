//===- text_mapped.h - Characters as SentencePiece's map has them -*- C++ -*-===//
//
// A map says what texts become that are one character or a few, such as compatibility forms, of several that match the
// longest; the rest stays as it is. A byte that belongs to no character becomes U+FFFD. Tested by
// tests/emitted/test_character_maps.py against the `sentencepiece` package.
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

class MappedText {
public:
  static u64 longest(const TokenizerTables &tables, u64 bytes) {
    return std::max<u64>(kNoCharacter.size(), tables.sizes().rule_growth) * bytes;
  }

  MappedText(const TokenizerTables &given_tables, u64 most)
      : tables(given_tables), out(longest(given_tables, most)) {}

  TextPart operator()(TextPart part) {
    out.begin(part);
    for (u64 at = 0; at < part.text.size();) {
      const std::string_view rest = part.text.substr(at);
      const CharacterRule *longest_rule = nullptr;
      tables.for_each_rule(rest, [&](const CharacterRule &rule) { longest_rule = &rule; });
      const u32 character = whole_character(rest);
      if (longest_rule != nullptr)
        out.put(tables.mapped_text(*longest_rule));
      else
        out.put(character > 0 ? rest.substr(0, character) : kNoCharacter);
      at += longest_rule != nullptr ? longest_rule->bytes : std::max(character, 1u);
      out.end_unit(at);
    }
    return out.whole();
  }

private:
  static constexpr std::string_view kNoCharacter = "\xef\xbf\xbd";

  const TokenizerTables &tables;
  RewrittenText out;
};
