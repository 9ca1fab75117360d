//===- cache_of_codes.h - Keys and values as 8-bit codes ---------*- C++ -*-===//
//
// As cache.h, in half the memory of float16. Needs kKeyValueHeads and kHeadSize. Tested by
// tests/unit/runtime/CacheOfCodesTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/cache_part.h"
#include "runtime/types.h"

/// Keys and values of one visit of a block. Keys lie in blocks of 16 positions, so that vector lanes run over
/// positions. Four codes that one step of a dot product takes lie side by side: elements of a key, positions of values.
/// A code stands for code * scale of its position and head; keys have 128 added.
struct Cache {
  u8 *keys;          // [kKeyValueHeads][room.positions / 16][kHeadSize / 4][16][4]
  i8 *values;        // [kKeyValueHeads][room.positions / 4][kHeadSize][4]
  f32 *key_scales;   // [kKeyValueHeads][room.positions]
  f32 *value_scales; // [kKeyValueHeads][room.positions]
  CacheRoom room;

  u8 *keys_of(i32 head) const { return keys + i64{head} * room.positions * kHeadSize; }
  i8 *values_of(i32 head) const { return values + i64{head} * room.positions * kHeadSize; }
  u8 *key(i32 head, i32 position) const {
    const i32 place = position - room.first;
    return keys_of(head) + i64{place / 16} * 16 * kHeadSize + place % 16 * 4;
  }
  i8 *value(i32 head, i32 position) const {
    const i32 place = position - room.first;
    return values_of(head) + i64{place / 4} * 4 * kHeadSize + place % 4;
  }

  f32 *key_scales_of(i32 head) const { return key_scales + i64{head} * room.positions; }
  f32 *value_scales_of(i32 head) const { return value_scales + i64{head} * room.positions; }
};

constexpr i32 kCacheParts = 4 * kKeyValueHeads; // of a visit

/// Keys come in blocks of 16 positions, values in fours, the last one with what may be left of others.
inline CachePart cache_part(const Cache &cache, i32 index, i32 positions) {
  const i32 head = index % kKeyValueHeads;
  const u64 held = u64(positions - cache.room.first), scales = held * sizeof(f32);
  switch (index / kKeyValueHeads) {
  case 0:
    return {cache.keys_of(head), (held + 15) / 16 * 16 * kHeadSize};
  case 1:
    return {reinterpret_cast<u8 *>(cache.values_of(head)), (held + 3) / 4 * 4 * kHeadSize};
  case 2:
    return {reinterpret_cast<u8 *>(cache.key_scales_of(head)), scales};
  default:
    return {reinterpret_cast<u8 *>(cache.value_scales_of(head)), scales};
  }
}

/// Clears what is left of others: keys behind the first `positions` in their block of 16, values in their four. What is
/// behind them elsewhere is no part.
inline void clear_left_over(const Cache &cache, i32 positions) {
  for (i32 head = 0; head < kKeyValueHeads; ++head) {
    for (i32 position = positions; position % 16 != 0; ++position)
      for (i32 element = 0; element < kHeadSize; ++element)
        cache.key(head, position)[element / 4 * 64 + element % 4] = 0;
    for (i32 position = positions; position % 4 != 0; ++position)
      for (i32 element = 0; element < kHeadSize; ++element)
        cache.value(head, position)[4 * element] = 0;
  }
}

/// The cache of a visit in the memory of all, for runs that begin behind so many tokens: keys, values, and the scales
/// of both.
inline Cache cache_of_visit(u8 *memory, i32 visit, i32 tokens) {
  constexpr u64 kPositionBytes = u64{2} * kKeyValueHeads * (kHeadSize + sizeof(f32));
  const CacheRoom room = room_of_visit(visit, tokens);
  const u64 scales_count = u64{kKeyValueHeads} * u64(room.positions), codes = scales_count * kHeadSize; // of each
  u8 *keys = memory + positions_before(visit) * kPositionBytes;
  f32 *scales = reinterpret_cast<f32 *>(keys + 2 * codes);
  return {keys, reinterpret_cast<i8 *>(keys + codes), scales, scales + scales_count, room};
}
