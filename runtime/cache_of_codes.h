//===- cache_of_codes.h - Keys and values as 8-bit codes ---------*- C++ -*-===//
//
// As cache.h, in half the memory of float16. Needs kKeyValueHeads, kHeadSize and kCachePositions. Tested by
// tests/unit/runtime/CacheOfCodesTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/cache_part.h"
#include "runtime/types.h"

/// Keys and values of one visit of a block. Keys lie in blocks of 16 positions, so that vector lanes run over
/// positions. A code stands for code * scale of its position and head.
struct Cache {
  i8 *keys;          // [kKeyValueHeads][kCachePositions / 16][kHeadSize][16]
  i8 *values;        // [kKeyValueHeads][kCachePositions][kHeadSize]
  f32 *key_scales;   // [kKeyValueHeads][kCachePositions]
  f32 *value_scales; // [kKeyValueHeads][kCachePositions]

  i8 *keys_of(i32 head) const { return keys + i64{head} * kCachePositions * kHeadSize; }
  i8 *values_of(i32 head) const { return values + i64{head} * kCachePositions * kHeadSize; }
  i8 *key(i32 head, i32 position) const { return keys_of(head) + i64{position / 16} * 16 * kHeadSize + position % 16; }
  i8 *value(i32 head, i32 position) const { return values_of(head) + i64{position} * kHeadSize; }

  f32 *key_scales_of(i32 head) const { return key_scales + i64{head} * kCachePositions; }
  f32 *value_scales_of(i32 head) const { return value_scales + i64{head} * kCachePositions; }
};

constexpr i32 kCacheParts = 4 * kKeyValueHeads; // of a visit

/// Keys come in blocks of 16 positions, the last one with what may be left of others.
inline CachePart cache_part(const Cache &cache, i32 index, i32 positions) {
  const i32 head = index % kKeyValueHeads;
  const u64 scales = u64(positions) * sizeof(f32);
  switch (index / kKeyValueHeads) {
  case 0:
    return {reinterpret_cast<u8 *>(cache.keys_of(head)), u64(positions + 15) / 16 * 16 * kHeadSize};
  case 1:
    return {reinterpret_cast<u8 *>(cache.values_of(head)), u64(positions) * kHeadSize};
  case 2:
    return {reinterpret_cast<u8 *>(cache.key_scales_of(head)), scales};
  default:
    return {reinterpret_cast<u8 *>(cache.value_scales_of(head)), scales};
  }
}

/// The cache of a visit in the memory of all: keys, values, and the scales of both.
inline Cache cache_of_visit(u8 *memory, i32 visit) {
  constexpr u64 kScales = u64{kKeyValueHeads} * kCachePositions, kCodes = kScales * kHeadSize; // of keys, and of values
  i8 *keys = reinterpret_cast<i8 *>(memory) + u64(visit) * 2 * (kCodes + sizeof(f32) * kScales);
  f32 *scales = reinterpret_cast<f32 *>(keys + 2 * kCodes);
  return {keys, keys + kCodes, scales, scales + kScales};
}
