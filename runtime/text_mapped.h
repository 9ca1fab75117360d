//===- text_mapped.h - Characters as SentencePiece's map has them -*- C++ -*-===//
//
// A map says what texts become that are one character or a few, such as compatibility forms, of several that match the
// longest; the rest stays as it is. A byte that belongs to no character becomes U+FFFD. Tested by
// tests/emitted/test_character_maps.py against the `sentencepiece` package.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/character_map.h"
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
    return std::max<u64>(kNoCharacter.size(), CharacterMap::most_growth(tables)) * bytes;
  }

  MappedText(const TokenizerTables &tables, u64 most) : map(tables), out(longest(tables, most)) {}

  TextPart operator()(TextPart part) {
    out.begin(part);
    for (u64 at = 0; at < part.text.size();) {
      const std::string_view rest = part.text.substr(at);
      const u32 character = whole_character(rest);
      u32 bytes = std::max(character, 1u);
      std::string_view becomes = character > 0 ? rest.substr(0, character) : kNoCharacter;
      map.for_each_text(rest, [&](u32 text_bytes, std::string_view mapped) {
        bytes = text_bytes;
        becomes = mapped;
      });
      out.put(becomes);
      at += bytes;
      out.end_unit(at);
    }
    return out.whole();
  }

private:
  static constexpr std::string_view kNoCharacter = "\xef\xbf\xbd";

  CharacterMap map;
  RewrittenText out;
};
