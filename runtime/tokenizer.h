//===- tokenizer.h - Byte-level BPE ------------------------------*- C++ -*-===//
//
// Text -> special tokens, cut out as whole text -> pieces (pieces.h) -> bytes -> tokens, by merging the pair of the
// smallest rank until none is left. The tables are read where they lie in the weights file; the workspace is allocated
// once. Merging takes a heap of candidate pairs, so a piece as long as a book costs n log n. Tested by
// tests/emitted/test_tokenizer.py and tests/unit/runtime/TokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/fail.h"
#include "runtime/pieces.h"
#include "runtime/tokenizer_check.h"
#include "runtime/tokenizer_tables.h"
#include "runtime/types.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <string_view>

/// Bytes [first, last) of a text: what a user typed between the role marks of a chat. Special tokens are not looked for
/// in there, so that nobody can close his turn and speak for somebody else.
struct LiteralRange {
  u64 first = 0, last = 0;
};

/// The tables of a tokenizer, by name. They come from a file, so they are checked first.
class TokenizerTables {
public:
  TokenizerTables(const u8 *blob, u64 bytes) : header(reinterpret_cast<const TokenizerHeader *>(blob)) {
    TokenizerCheck::run(blob, bytes);
    byte_tokens = reinterpret_cast<const i32 *>(blob + header->byte_tokens);
    offsets = reinterpret_cast<const u32 *>(blob + header->token_offsets);
    text = reinterpret_cast<const char *>(blob + header->token_text);
    kinds = reinterpret_cast<const TokenKind *>(blob + header->token_kinds);
    specials = reinterpret_cast<const i32 *>(blob + header->specials);
    merges = reinterpret_cast<const MergeSlot *>(blob + header->merges);
    for (u32 special = 0; special < header->special_count; ++special)
      starts_special[static_cast<u8>(token_text(specials[special])[0])] = true;
  }

  bool split_digits() const { return header->split_digits != 0; }
  i32 vocabulary() const { return static_cast<i32>(header->vocabulary); }

  /// The token of a single byte, -1 if there is none: such a byte is left out.
  i32 byte_token(u8 byte) const { return byte_tokens[byte]; }

  /// The bytes that a token stands for. A model may know more ids than its tokenizer: those stand for nothing.
  std::string_view token_text(i32 id) const {
    if (id < 0 || id >= vocabulary())
      return {};
    return {text + offsets[id], offsets[id + 1] - offsets[id]};
  }

  /// Control tokens have a text but are not printed.
  bool is_printed(i32 id) const { return id >= 0 && id < vocabulary() && kinds[id] != TokenKind::Control; }

  /// The longest special token that `rest` (not empty) begins with, or -1.
  i32 special_at(std::string_view rest) const {
    if (starts_special[static_cast<u8>(rest[0])])
      for (u32 special = 0; special < header->special_count; ++special) // the longest come first
        if (rest.starts_with(token_text(specials[special])))
          return specials[special];
    return -1;
  }

  /// What the pair merges into, or nullptr.
  const MergeSlot *find_merge(i32 left, i32 right) const {
    const u32 l = static_cast<u32>(left), r = static_cast<u32>(right), mask = header->merge_slots - 1;
    for (u32 at = merge_slot(l, r, header->merge_slots); merges[at].left != kNoMerge; at = (at + 1) & mask)
      if (merges[at].left == l && merges[at].right == r)
        return &merges[at];
    return nullptr;
  }

private:
  const TokenizerHeader *header;
  const i32 *byte_tokens;
  const u32 *offsets;
  const char *text;
  const TokenKind *kinds;
  const i32 *specials;
  const MergeSlot *merges;
  bool starts_special[256] = {};
};

/// Calls `on_special(i32 id)` and `on_piece(std::string_view)` for what `text` consists of, in order.
template <class OnSpecial, class OnPiece>
void cut_text(const TokenizerTables &tables, std::string_view text, LiteralRange literal, OnSpecial &&on_special,
              OnPiece &&on_piece) {
  u64 from = 0; // of the plain text that is not cut yet
  for (u64 at = 0; at < text.size();) {
    const bool typed = at >= literal.first && at < literal.last;
    const i32 special = typed ? -1 : tables.special_at(text.substr(at));
    if (special < 0) {
      ++at;
      continue;
    }
    for_each_piece(text.substr(from, at - from), tables.split_digits(), on_piece);
    on_special(special);
    at += tables.token_text(special).size();
    from = at;
  }
  for_each_piece(text.substr(from), tables.split_digits(), on_piece);
}

/// Bytes of the longest piece of `text`: the workspace that a Tokenizer needs for it.
inline u64 longest_piece(const TokenizerTables &tables, std::string_view text) {
  u64 longest = 0;
  cut_text(
      tables, text, {}, [](i32) {}, [&](std::string_view piece) { longest = std::max<u64>(longest, piece.size()); });
  return longest;
}

class Tokenizer {
public:
  /// Allocates the workspace for pieces of up to `longest` bytes: 28 bytes each, touched only when they are used.
  Tokenizer(const TokenizerTables &tables, u64 longest) : tables(tables), capacity(longest) {
    if (longest > 0x7fffffff)
      fail("a word of %llu bytes is too long: the limit is %d", static_cast<unsigned long long>(longest), 0x7fffffff);
    symbols = std::make_unique_for_overwrite<Symbol[]>(longest + 1);
    candidates = std::make_unique_for_overwrite<u64[]>(2 * longest + 1);
  }

  /// Calls `each(i32 id)` for every token of `text`.
  template <class Each> void encode(std::string_view text, Each &&each, LiteralRange literal = {}) {
    cut_text(tables, text, literal, each, [&](std::string_view piece) { encode_piece(piece, each); });
  }

private:
  /// One of the tokens that a piece consists of by now, in a doubly linked list.
  struct Symbol {
    i32 id; // -1: merged into the one before
    i32 previous, next;
  };

  template <class Each> void encode_piece(std::string_view piece, Each &&each) {
    if (piece.size() > capacity)
      fail("a word of %zu bytes is longer than the %llu that there is room for", piece.size(),
           static_cast<unsigned long long>(capacity));
    i32 count = 0;
    for (char byte : piece)
      if (const i32 id = tables.byte_token(static_cast<u8>(byte)); id >= 0) {
        symbols[count] = {id, count - 1, count + 1};
        ++count;
      }
    if (count == 0)
      return;
    symbols[count - 1].next = -1;
    merge(count);
    for (i32 at = 0; at >= 0; at = symbols[at].next)
      each(symbols[at].id);
  }

  void merge(i32 count) {
    candidate_count = 0;
    for (i32 at = 0; at + 1 < count; ++at)
      add_candidate(at);
    std::make_heap(candidates.get(), candidates.get() + candidate_count, std::greater<>());
    while (candidate_count > 0) {
      std::pop_heap(candidates.get(), candidates.get() + candidate_count, std::greater<>());
      const u64 candidate = candidates[--candidate_count];
      const i32 at = static_cast<i32>(candidate & 0xffffffff);
      Symbol &left = symbols[at];
      if (left.id < 0 || left.next < 0)
        continue; // one of the two was merged meanwhile
      Symbol &right = symbols[left.next];
      const MergeSlot *merge = tables.find_merge(left.id, right.id);
      if (merge == nullptr || merge->rank != candidate >> 32)
        continue; // another pair by now, with a candidate of its own
      left.id = static_cast<i32>(merge->result);
      left.next = right.next;
      right.id = -1;
      if (left.next >= 0)
        symbols[left.next].previous = at;
      push_candidate(left.previous);
      push_candidate(at);
    }
  }

  /// Puts the pair of `at` and its neighbour to the right among the candidates, if they can be merged. The order:
  /// smallest rank, then leftmost. There are never more than two candidates a symbol: one for each pair at first, and
  /// each merge takes one away and adds two.
  bool add_candidate(i32 at) {
    if (at < 0 || symbols[at].next < 0)
      return false;
    const MergeSlot *merge = tables.find_merge(symbols[at].id, symbols[symbols[at].next].id);
    if (merge != nullptr)
      candidates[candidate_count++] = u64{merge->rank} << 32 | static_cast<u32>(at);
    return merge != nullptr;
  }

  void push_candidate(i32 at) {
    if (add_candidate(at))
      std::push_heap(candidates.get(), candidates.get() + candidate_count, std::greater<>());
  }

  const TokenizerTables &tables;
  u64 capacity;
  std::unique_ptr<Symbol[]> symbols;
  std::unique_ptr<u64[]> candidates;
  u64 candidate_count = 0;
};
