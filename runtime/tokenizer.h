//===- tokenizer.h - From text to tokens -------------------------*- C++ -*-===//
//
// Text -> tokens that are matched as whole text (text_parts.h) -> what a `Text` makes of the parts between them -> such
// tokens again, in the changed text -> `Pieces` -> `Symbols` -> tokens, by merging (merge.h). A Kind names them;
// the emitter writes the one of the model. Nothing is allocated but workspace, once. Tested by
// tests/emitted/test_tokenizer.py and tests/unit/runtime/TokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/fail.h"
#include "runtime/merge.h"
#include "runtime/text_parts.h"
#include "runtime/token_lookup.h"
#include "runtime/types.h"

#include <algorithm>
#include <string_view>

/// Kind: `Borders`, where tokens are matched as whole text; `Text`, `Pieces`, `Symbols`; `kWholeWords`: a piece that is
/// a token is taken as it is, whatever would merge; `kDropsFirstSpace`: a space before every text is taken away again
/// when tokens become text.
template <class Kind> class BasicTokenizer {
public:
  /// Bytes that the workspaces must hold.
  struct Room {
    u64 text, piece;
  };

  /// Allocates them.
  BasicTokenizer(const TokenizerTables &given_tables, Room room)
      : tables(given_tables), change(given_tables, room.text), merger(given_tables, room.piece) {}

  /// For any text of up to so many bytes.
  BasicTokenizer(const TokenizerTables &given_tables, u64 bytes)
      : BasicTokenizer(given_tables, {bytes, Change::longest(bytes)}) {}

  /// Calls `each(i32 id)` for every token of `text`.
  template <class Each>
  void encode(std::string_view text, Each &&each, LiteralRange literal = {}, Start start = Start::Text) {
    cut(tables, change, {text, literal, start}, each, [&](std::string_view piece) { encode_piece(piece, each); });
  }

  /// What `text` needs: usually far less than a text of its length could.
  static Room room_for(const TokenizerTables &tables, std::string_view text) {
    Change change(tables, text.size());
    Room room{text.size(), 0};
    cut(
        tables, change, {text, {}, Start::Text}, [](i32) {},
        [&](std::string_view piece) { room.piece = std::max<u64>(room.piece, piece.size()); });
    return room;
  }

  /// How a printer treats bytes that make no character.
  static constexpr bool kReplacesEachByte = Kind::Symbols::kReplacesEachByte;

  /// What is printed of a token's text. `begins`: nothing was printed so far; set here.
  static std::string_view printed_text(std::string_view text, bool &begins) {
    const bool drops = Kind::kDropsFirstSpace && begins && text.starts_with(' ');
    begins = begins && text.empty();
    return text.substr(drops ? 1 : 0);
  }

private:
  using Change = typename Kind::Text;

  template <class OnToken, class OnPiece>
  static void cut(const TokenizerTables &tables, Change &change, TextPart whole, OnToken &&on_token,
                  OnPiece &&on_piece) {
    for_each_part<typename Kind::Borders>(tables, false, whole, on_token, [&](TextPart part) {
      if constexpr (Change::kChangesFirst)
        part = change(part);
      for_each_part<typename Kind::Borders>(tables, true, part, on_token, [&](TextPart inner) {
        if constexpr (!Change::kChangesFirst)
          inner = change(inner);
        Kind::Pieces::for_each(inner.text, on_piece);
      });
    });
  }

  template <class Each> void encode_piece(std::string_view piece, Each &&each) {
    if (piece.size() > merger.room())
      fail("a word of %zu bytes is longer than the %llu that there is room for", piece.size(),
           static_cast<unsigned long long>(merger.room()));
    if (const i32 id = Kind::kWholeWords ? tables.find_word(piece) : -1; id >= 0)
      return each(id);
    merger.clear();
    Kind::Symbols::for_each(tables, piece, [&](i32 id) { merger.add(id); });
    merger.finish(each);
  }

  const TokenizerTables &tables;
  Change change;
  Merger merger;
};
