//===- merge.h - Byte-pair encoding ------------------------------*- C++ -*-===//
//
// From the symbols of a piece to tokens, by merging the pair of the smallest rank, of equals the leftmost, until none
// is left. Candidates wait in a heap, so a piece as long as a book costs n log n. Tested by
// tests/unit/runtime/TokenizerTest.cpp and tests/emitted/test_tokenizer.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/fail.h"
#include "runtime/token_lookup.h"
#include "runtime/types.h"

#include <algorithm>
#include <functional>
#include <memory>

class Merger {
public:
  /// Allocates the workspace for up to `most` symbols: 28 bytes each, touched only when they are used.
  Merger(const TokenizerTables &given_tables, u64 most) : tables(given_tables), capacity(most) {
    if (most > 0x7fffffff)
      fail("a word of %llu bytes is too long: the limit is %d", static_cast<unsigned long long>(most), 0x7fffffff);
    symbols = std::make_unique_for_overwrite<Symbol[]>(most + 1);
    candidates = std::make_unique_for_overwrite<u64[]>(2 * most + 1);
  }

  u64 room() const { return capacity; }

  /// Forgets the piece before.
  void clear() { count = 0; }

  /// One more symbol at the end. There must be room for it.
  void add(i32 id) {
    symbol(count) = {id, count - 1, count + 1};
    ++count;
  }

  /// Merges, and calls `each(i32 id)` for what is left.
  template <class Each> void finish(Each &&each) {
    if (count == 0)
      return;
    symbol(count - 1).next = -1;
    merge();
    for (i32 at = 0; at >= 0; at = symbol(at).next)
      each(symbol(at).id);
  }

private:
  /// One of the tokens that a piece consists of by now, in a doubly linked list.
  struct Symbol {
    i32 id; // -1: merged into the one before
    i32 previous, next;
  };

  Symbol &symbol(i32 at) { return symbols[static_cast<std::size_t>(at)]; }

  void merge() {
    candidate_count = 0;
    for (i32 at = 0; at + 1 < count; ++at)
      add_candidate(at);
    std::make_heap(candidates.get(), candidates.get() + candidate_count, std::greater<>());
    while (candidate_count > 0) {
      std::pop_heap(candidates.get(), candidates.get() + candidate_count, std::greater<>());
      const u64 candidate = candidates[--candidate_count];
      const i32 at = static_cast<i32>(candidate & 0xffffffff);
      Symbol &left = symbol(at);
      if (left.id < 0 || left.next < 0)
        continue; // one of the two was merged meanwhile
      Symbol &right = symbol(left.next);
      const MergeSlot *merge = tables.find_merge(left.id, right.id);
      if (merge == nullptr || merge->rank != candidate >> 32)
        continue; // another pair by now, with a candidate of its own
      left.id = static_cast<i32>(merge->result);
      left.next = right.next;
      right.id = -1;
      if (left.next >= 0)
        symbol(left.next).previous = at;
      push_candidate(left.previous);
      push_candidate(at);
    }
  }

  /// Puts the pair of `at` and its neighbour to the right among the candidates, if they can be merged. The order:
  /// smallest rank, then leftmost. There are never more than two candidates a symbol: one for each pair at first, and
  /// each merge takes one away and adds two.
  bool add_candidate(i32 at) {
    if (at < 0 || symbol(at).next < 0)
      return false;
    const MergeSlot *merge = tables.find_merge(symbol(at).id, symbol(symbol(at).next).id);
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
  i32 count = 0; // symbols
  std::unique_ptr<Symbol[]> symbols;
  std::unique_ptr<u64[]> candidates;
  u64 candidate_count = 0;
};
