//===- text_parts.h - Tokens that are matched as whole text ------*- C++ -*-===//
//
// They are cut out of a text before anything else is done to it: the leftmost first, and of those the longest. Tested
// by tests/unit/runtime/TokenizerTest.cpp and tests/emitted/test_tokenizer.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/token_lookup.h"
#include "runtime/types.h"
#include "runtime/unicode_spaces.h"
#include "runtime/utf8.h"

#include <algorithm>
#include <string_view>

/// Bytes [first, last) of a text: what a user typed between the role marks of a chat. Special tokens are not looked for
/// in there, so that nobody can close his turn and speak for somebody else.
struct LiteralRange {
  u64 first = 0, last = 0;

  /// What it is in bytes [from, ...) of the text.
  LiteralRange after(u64 from) const { return {first > from ? first - from : 0, last > from ? last - from : 0}; }
};

/// Where a text begins: anew, behind a token that was cut out, or going on after other tokens.
enum class Start : u8 { Text, Token, Middle };

struct TextPart {
  std::string_view text;
  LiteralRange literal; // counted from its first byte
  Start start;
};

/// Bytes of the white space that `text` begins with.
inline u64 spaces_at_start(std::string_view text) {
  u64 end = 0;
  while (end < text.size()) {
    const u32 bytes = whole_character(text.substr(end));
    if (bytes == 0 || !in_ranges(kSpaces, code_point(text.substr(end), bytes)))
      break;
    end += bytes;
  }
  return end;
}

/// The same at its end.
inline u64 spaces_at_end(std::string_view text) {
  u64 from = text.size();
  for (u32 bytes = 1; bytes <= 3 && bytes <= from; ++bytes) // no space is longer than three bytes
    if (spaces_at_start(text.substr(from - bytes, bytes)) == bytes) {
      from -= bytes;
      bytes = 0;
    }
  return text.size() - from;
}

/// For tokenizers whose tokens may stand beside anything; word_borders.h has the other kind.
struct AnyBorders {
  static bool allow(const AddedToken &, std::string_view, u64, u64) { return true; }
};

/// Calls `on_token(i32 id)` and `on_part(TextPart)` for what `whole` consists of, in order. No part is empty.
template <class Borders, class OnToken, class OnPart>
void for_each_part(const TokenizerTables &tables, bool changed, TextPart whole, OnToken &&on_token, OnPart &&on_part) {
  const std::string_view text = whole.text;
  Start start = whole.start;
  u64 from = 0; // of the text that belongs to no token
  const auto part_up_to = [&](u64 end) {
    if (end > from)
      on_part(TextPart{text.substr(from, end - from), whole.literal.after(from), start});
  };
  for (u64 at = 0; at < text.size();) {
    const bool typed = at >= whole.literal.first && at < whole.literal.last;
    const AddedToken *token = typed ? nullptr : tables.added_at(text.substr(at), changed);
    if (token == nullptr) {
      ++at;
      continue;
    }
    u64 first = at, last = at + token->bytes;
    if (!Borders::allow(*token, text, first, last)) {
      at = last; // no other token is looked for in there
      continue;
    }
    if ((token->flags & kTakesSpacesBefore) != 0)
      first -= spaces_at_end(text.substr(from, first - from));
    if ((token->flags & kTakesSpacesAfter) != 0)
      last += spaces_at_start(text.substr(last));
    part_up_to(first);
    on_token(token->id);
    at = from = last;
    start = Start::Token;
  }
  part_up_to(text.size());
}
