//===- tokenizer.h - From text to tokens -------------------------*- C++ -*-===//
//
// Text -> tokens that are matched as whole text (text_parts.h) -> what `Text` makes of the parts between them -> such
// tokens again, in the changed text -> what `Parts` makes of the parts between these -> `Pieces` -> tokens, by an
// `Encoder`. A Kind names them; the emitter writes the one of the model. Nothing is allocated but workspace, once.
// Tested by tests/emitted/test_tokenizer.py and tests/unit/runtime/TokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/fail.h"
#include "runtime/text_parts.h"
#include "runtime/token_lookup.h"
#include "runtime/types.h"

#include <algorithm>
#include <string_view>

/// Kind: `Borders`, where tokens are matched as whole text; `Text`, `Parts`, `Pieces`, `Encoder`; `kDropsFirstSpace`: a
/// space before every text is taken away again when tokens become text.
template <class Kind> class BasicTokenizer {
public:
  /// Bytes that the workspaces must hold.
  struct Room {
    u64 text, piece;
  };

  /// Allocates them.
  BasicTokenizer(const TokenizerTables &given_tables, Room room)
      : tables(given_tables), changes(given_tables, room.text), encoder(given_tables, room.piece) {}

  /// For any text of up to so many bytes.
  BasicTokenizer(const TokenizerTables &given_tables, u64 bytes)
      : BasicTokenizer(given_tables, {bytes, Changes::longest(given_tables, bytes)}) {}

  /// Calls `each(i32 id)` for every token of `text`.
  template <class Each>
  void encode(std::string_view text, Each &&each, LiteralRange literal = {}, Start start = Start::Text) {
    cut(
        tables, changes, {text, literal, start}, each, [&] { encoder.begin_part(); },
        [&](std::string_view piece) { encode_piece(piece, each); });
  }

  /// What `text` needs: usually far less than a text of its length could.
  static Room room_for(const TokenizerTables &tables, std::string_view text) {
    Changes changes(tables, text.size());
    Room room{text.size(), 0};
    cut(
        tables, changes, {text, {}, Start::Text}, [](i32) {}, [] {},
        [&](std::string_view piece) { room.piece = std::max<u64>(room.piece, piece.size()); });
    return room;
  }

  /// How a printer treats bytes that make no character.
  static constexpr bool kReplacesEachByte = Kind::Encoder::kReplacesEachByte;

  /// What is printed of a token's text. `begins`: nothing was printed so far; set here.
  static std::string_view printed_text(std::string_view text, bool &begins) {
    const bool drops = Kind::kDropsFirstSpace && begins && text.starts_with(' ');
    begins = begins && text.empty();
    return text.substr(drops ? 1 : 0);
  }

private:
  /// What is done to a text, and to its parts.
  struct Changes {
    using Text = typename Kind::Text;
    using Parts = typename Kind::Parts;

    Changes(const TokenizerTables &tables, u64 most) : text(tables, most), parts(tables, Text::longest(tables, most)) {}
    static u64 longest(const TokenizerTables &tables, u64 bytes) {
      return Parts::longest(tables, Text::longest(tables, bytes));
    }

    Text text;
    Parts parts;
  };

  template <class OnToken, class OnPart, class OnPiece>
  static void cut(const TokenizerTables &tables, Changes &changes, TextPart whole, OnToken &&on_token, OnPart &&on_part,
                  OnPiece &&on_piece) {
    using Borders = typename Kind::Borders;
    for_each_part<Borders>(tables, false, whole, on_token, [&](TextPart part) {
      for_each_part<Borders>(tables, true, changes.text(part), on_token, [&](TextPart inner) {
        on_part();
        Kind::Pieces::for_each(changes.parts(inner).text, on_piece);
      });
    });
  }

  template <class Each> void encode_piece(std::string_view piece, Each &&each) {
    if (piece.size() > encoder.room())
      fail("a word of %zu bytes is longer than the %llu that there is room for", piece.size(),
           static_cast<unsigned long long>(encoder.room()));
    encoder.encode(piece, each);
  }

  const TokenizerTables &tables;
  Changes changes;
  typename Kind::Encoder encoder;
};
