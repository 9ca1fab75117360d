//===- symbols_characters.h - A token for every character --------*- C++ -*-===//
//
// What merging begins with: the characters of a piece. One that has no token falls back to the tokens of its bytes.
// Tested by tests/emitted/test_tokenizer.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/symbols_bytes.h"
#include "runtime/token_lookup.h"
#include "runtime/types.h"
#include "runtime/utf8.h"

#include <algorithm>
#include <string_view>

struct CharacterSymbols {
  /// Bytes that are tokens and make no character are printed as U+FFFD, each.
  static constexpr bool kReplacesEachByte = true;

  /// Calls `each(i32 id)`, at most once a byte.
  template <class Each> static void for_each(const TokenizerTables &tables, std::string_view piece, Each &&each) {
    while (!piece.empty()) {
      const std::string_view character = piece.substr(0, std::max(whole_character(piece), 1u));
      if (const i32 id = tables.find_word(character); id >= 0)
        each(id);
      else
        ByteSymbols::for_each(tables, character, each);
      piece.remove_prefix(character.size());
    }
  }
};
