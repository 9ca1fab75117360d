//===- token_lookup.h - The tables of a tokenizer, by name -------*- C++ -*-===//
//
// They are read where they lie in the weights file (tokenizer_tables.h), so they are checked first. Tested by
// tests/unit/runtime/TokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/tokenizer_check.h"
#include "runtime/tokenizer_tables.h"
#include "runtime/types.h"

#include <string_view>

class TokenizerTables {
public:
  TokenizerTables(const u8 *given_blob, u64 bytes)
      : blob(given_blob), header(reinterpret_cast<const TokenizerHeader *>(given_blob)) {
    TokenizerCheck::run(given_blob, bytes);
    byte_tokens = array<i32>(header->byte_tokens);
    offsets = array<u32>(header->token_offsets);
    text = array<char>(header->token_text);
    kinds = array<TokenKind>(header->token_kinds);
    added = array<AddedToken>(header->added);
    merges = array<MergeSlot>(header->merges);
    words = array<WordSlot>(header->words);
    scored = array<ScoredPiece>(header->scored);
    for (u32 index = 0; index < header->added_count; ++index)
      starts_added[static_cast<u8>(text[added[index].text])] = true;
  }

  i32 vocabulary() const { return static_cast<i32>(header->vocabulary); }

  /// The token of a single byte, -1 if there is none.
  i32 byte_token(u8 byte) const { return byte_tokens[byte]; }

  /// The bytes that a token stands for. A model may know more ids than its tokenizer: those stand for nothing.
  std::string_view token_text(i32 id) const {
    if (id < 0 || id >= vocabulary())
      return {};
    return {text + offsets[id], offsets[id + 1] - offsets[id]};
  }

  /// Control tokens have a text but are not printed.
  bool is_printed(i32 id) const { return id >= 0 && id < vocabulary() && kinds[id] != TokenKind::Control; }

  /// The longest token that is matched as whole text at the beginning of `rest` (not empty), or nullptr. `changed`: of
  /// those that are looked for when the text has been changed.
  const AddedToken *added_at(std::string_view rest, bool changed) const {
    if (starts_added[static_cast<u8>(rest[0])])
      for (u32 index = 0; index < header->added_count; ++index) { // the longest come first
        const AddedToken &token = added[index];
        if (((token.flags & kMatchesChangedText) != 0) == changed &&
            rest.starts_with(std::string_view(text + token.text, token.bytes)))
          return &token;
      }
    return nullptr;
  }

  /// What the pair merges into, or nullptr.
  const MergeSlot *find_merge(i32 left, i32 right) const {
    const u32 l = static_cast<u32>(left), r = static_cast<u32>(right), mask = header->merge_slots - 1;
    for (u32 at = merge_slot(l, r, header->merge_slots); merges[at].left != kNoMerge; at = (at + 1) & mask)
      if (merges[at].left == l && merges[at].right == r)
        return &merges[at];
    return nullptr;
  }

  /// The token that `word` is as it stands, -1 if it is none.
  i32 find_word(std::string_view word) const {
    const u32 mask = header->word_slots - 1;
    for (u32 at = word_slot(word, header->word_slots); words[at].id >= 0; at = (at + 1) & mask)
      if (std::string_view(text + words[at].text, words[at].bytes) == word)
        return words[at].id;
    return -1;
  }

  /// Calls `each(const ScoredPiece &)` for every piece of a unigram vocabulary that `rest` begins with, the shortest
  /// first.
  template <class Each> void for_each_scored(std::string_view rest, Each &&each) const {
    u32 low = 0, high = header->scored_count; // the pieces in [low, high) agree with `rest` so far
    for (u32 at = 0; at < rest.size() && low < high; ++at) {
      const i32 byte = static_cast<u8>(rest[at]);
      low = first_scored(low, high, at, byte);
      high = first_scored(low, high, at, byte + 1);
      if (low < high && scored[low].bytes == at + 1)
        each(scored[low]);
    }
  }

  /// The token of the unigram piece that is `word` as a whole, -1 if there is none.
  i32 find_scored(std::string_view word) const {
    i32 id = -1;
    for_each_scored(word, [&](const ScoredPiece &found) { id = found.bytes == word.size() ? found.id : id; });
    return id;
  }

  /// What stands for characters that are no piece, and what it costs.
  i32 unknown() const { return header->unknown; }
  f64 unknown_score() const { return header->unknown_score; }

  /// An array by its offset in the header.
  template <class T> const T *array(u32 offset) const { return reinterpret_cast<const T *>(blob + offset); }
  const TokenizerHeader &sizes() const { return *header; }

private:
  /// Of the scored pieces in [low, high), which are equal up to byte `at` and in order, the first one whose byte there
  /// is at least `byte`; a piece that ends there comes before all others.
  u32 first_scored(u32 low, u32 high, u32 at, i32 byte) const {
    while (low < high) {
      const u32 middle = low + (high - low) / 2;
      const ScoredPiece &piece = scored[middle];
      const i32 own = at < piece.bytes ? static_cast<u8>(text[piece.text + at]) : -1;
      if (own < byte)
        low = middle + 1;
      else
        high = middle;
    }
    return low;
  }

  const u8 *blob;
  const TokenizerHeader *header;
  const i32 *byte_tokens;
  const u32 *offsets;
  const char *text;
  const TokenKind *kinds;
  const AddedToken *added;
  const MergeSlot *merges;
  const WordSlot *words;
  const ScoredPiece *scored;
  bool starts_added[256] = {};
};
