//===- cache.h - Keys and values of tokens so far ----------------*- C++ -*-===//
//
// Needs kKeyValueHeads, kHeadSize and the type CacheElement: f16 or f32. cache_of_codes.h is the same for 8-bit codes.
// Which positions it has is in whole_cache.h or cache_windows.h. Tested by tests/unit/runtime/CacheTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/cache_part.h"
#include "runtime/types.h"

/// Keys and values of one visit of a block. Keys lie in blocks of 16 positions, so that vector lanes run over
/// positions.
struct Cache {
  CacheElement *keys;   // [kKeyValueHeads][room.positions / 16][kHeadSize][16]
  CacheElement *values; // [kKeyValueHeads][room.positions][kHeadSize]
  CacheRoom room;

  CacheElement *keys_of(i32 head) const { return keys + i64{head} * room.positions * kHeadSize; }
  CacheElement *values_of(i32 head) const { return values + i64{head} * room.positions * kHeadSize; }
  CacheElement *key(i32 head, i32 position) const {
    const i32 place = position - room.first;
    return keys_of(head) + i64{place / 16} * 16 * kHeadSize + place % 16;
  }
  CacheElement *value(i32 head, i32 position) const { return values_of(head) + i64{position - room.first} * kHeadSize; }
};

constexpr i32 kCacheParts = 2 * kKeyValueHeads; // of a visit

/// Keys come in blocks of 16 positions, the last one with what may be left of others.
inline CachePart cache_part(const Cache &cache, i32 index, i32 positions) {
  const i32 head = index % kKeyValueHeads;
  const bool keys = index < kKeyValueHeads;
  const i32 held_positions = positions - cache.room.first;
  const u64 held = keys ? u64(held_positions + 15) / 16 * 16 : u64(held_positions);
  return {reinterpret_cast<u8 *>(keys ? cache.keys_of(head) : cache.values_of(head)),
          held * kHeadSize * sizeof(CacheElement)};
}

/// Clears what is left of others: keys behind the first `positions` in their block of 16. What is behind them elsewhere
/// is no part.
inline void clear_left_over(const Cache &cache, i32 positions) {
  for (i32 head = 0; head < kKeyValueHeads; ++head)
    for (i32 position = positions; position % 16 != 0; ++position)
      for (i32 element = 0; element < kHeadSize; ++element)
        cache.key(head, position)[16 * element] = {};
}

/// The cache of a visit in the memory of all, for runs that begin behind so many tokens.
inline Cache cache_of_visit(u8 *memory, i32 visit, i32 tokens) {
  constexpr u64 kElements = u64{kKeyValueHeads} * kHeadSize; // of a position's keys, and of its values
  const CacheRoom room = room_of_visit(visit, tokens);
  CacheElement *keys = reinterpret_cast<CacheElement *>(memory) + positions_before(visit) * 2 * kElements;
  return {keys, keys + u64(room.positions) * kElements, room};
}
