//===- encode_by_merging.h - Pieces by byte-pair encoding --------*- C++ -*-===//
//
// The symbols of a piece, merged as far as it goes (merge.h). Tested by tests/unit/runtime/TokenizerTest.cpp and
// tests/emitted/test_tokenizer.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/merge.h"
#include "runtime/token_lookup.h"
#include "runtime/types.h"

#include <string_view>

/// Kind: `Symbols`, `kWholeWords`: a piece that is a token is taken as it is, whatever would merge.
template <class Kind> class MergingEncoder {
public:
  /// How a printer treats bytes that make no character.
  static constexpr bool kReplacesEachByte = Kind::Symbols::kReplacesEachByte;

  /// Allocates the workspace for pieces of up to `most` bytes.
  MergingEncoder(const TokenizerTables &given_tables, u64 most) : tables(given_tables), merger(given_tables, most) {}

  u64 room() const { return merger.room(); }

  /// Another part of a text begins.
  void begin_part() {}

  /// Calls `each(i32 id)` for the tokens of `piece`. There must be room for it.
  template <class Each> void encode(std::string_view piece, Each &&each) {
    if (const i32 id = Kind::kWholeWords ? tables.find_word(piece) : -1; id >= 0)
      return each(id);
    merger.clear();
    Kind::Symbols::for_each(tables, piece, [&](i32 id) { merger.add(id); });
    merger.finish(each);
  }

private:
  const TokenizerTables &tables;
  Merger merger;
};
