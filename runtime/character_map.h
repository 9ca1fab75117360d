//===- character_map.h - What characters become ------------------*- C++ -*-===//
//
// A map of SentencePiece, as it stores it: a trie of texts that are one character or a few. A unit has a label, the
// byte that leads to it, and says where its children are: child `c` is unit `place ^ c`, if that has label c; unit
// `place` itself says, with the highest bit set, where what becomes of the text stands, up to a byte 0. The numbers
// come from a file, so each is looked at before it is followed. Tested by tests/unit/runtime/TextChangesTest.cpp and
// tests/emitted/test_character_maps.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/token_lookup.h"
#include "runtime/tokenizer_check.h"
#include "runtime/types.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

class CharacterMap {
public:
  explicit CharacterMap(const TokenizerTables &tables)
      : units(tables.array<u32>(tables.sizes().map_units)), count(tables.sizes().map_count),
        growth(tables.sizes().map_growth),
        texts(tables.array<char>(tables.sizes().token_text) + tables.sizes().map_texts,
              tables.sizes().text_bytes - tables.sizes().map_texts) {}

  /// What a byte of text can become at most.
  static u64 most_growth(const TokenizerTables &tables) { return std::max<u64>(1, tables.sizes().map_growth); }

  /// Calls `each(u32 bytes, std::string_view becomes)` for every text that `rest` begins with, the shortest first.
  template <class Each> void for_each_text(std::string_view rest, Each &&each) const {
    if (count == 0)
      return;
    u32 place = children(0);
    for (u32 at = 0; at < std::min(rest.size(), kLongestText); ++at) {
      const u32 byte = static_cast<u8>(rest[at]), index = place ^ byte;
      if (byte == 0 || index >= count || (units[index] & kLabel) != byte)
        return;
      place = children(index);
      if ((units[index] & kEndsText) != 0)
        each(at + 1, becomes(place, at + 1));
    }
  }

private:
  static constexpr u32 kLabel = 0x800000ff, kEndsText = 0x100;
  static constexpr std::size_t kLongestText = 64; // bytes of a text that a map has

  u32 children(u32 index) const { return index ^ units[index] >> 10 << ((units[index] >> 6) & 8); }

  /// What stands where unit `index` says; a text of so many bytes becomes it.
  std::string_view becomes(u32 index, u32 bytes) const {
    const u64 from = index < count ? units[index] & 0x7fffffff : texts.size() + 1;
    if (from > texts.size())
      TokenizerCheck::fail_damaged();
    const std::string_view rest = texts.substr(from, growth * bytes + 1), text = rest.substr(0, rest.find('\0'));
    if (text.size() > growth * bytes)
      TokenizerCheck::fail_damaged();
    return text;
  }

  const u32 *units;
  u32 count;
  u64 growth;
  std::string_view texts;
};
