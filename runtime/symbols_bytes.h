//===- symbols_bytes.h - A token for every byte ------------------*- C++ -*-===//
//
// What merging begins with: the bytes of a piece. One that has no token is left out, as the reference does. Tested by
// tests/unit/runtime/TokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/token_lookup.h"
#include "runtime/types.h"

#include <string_view>

struct ByteSymbols {
  /// Bytes that make no character are printed as U+FFFD, one for each maximal part of a character.
  static constexpr bool kReplacesEachByte = false;

  /// Calls `each(i32 id)`, at most once a byte.
  template <class Each> static void for_each(const TokenizerTables &tables, std::string_view piece, Each &&each) {
    for (char byte : piece)
      if (const i32 id = tables.byte_token(static_cast<u8>(byte)); id >= 0)
        each(id);
  }
};
