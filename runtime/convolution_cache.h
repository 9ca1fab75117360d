//===- convolution_cache.h - Visits that attend, and others ------*- C++ -*-===//
//
// Of a visit that convolves, the cache has rows of the last tokens in the place of keys and values: what is convolved,
// as float32. They are a window like others, so that going back and saved states need nothing of their own. Behind
// cache.h or cache_of_codes.h, which stand in the namespace `attending`. Needs two_kinds_of_places.h, kCacheBytes,
// kConvolves, kConvolutionWidth and kConvolutionColumns. Tested by tests/unit/runtime/ConvolutionCacheTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/cache_part.h"
#include "runtime/types.h"

/// Keys and values, or rows.
struct Cache : attending::Cache {
  // [room.positions][kConvolutionColumns] behind kConvolutionWidth - 1 rows of zeros; null: the visit attends.
  f32 *rows;

  /// Of a position that it has, or of one before the first token.
  f32 *row(i32 position) const { return rows + i64{position - room.first} * kConvolutionColumns; }
};

constexpr i32 kCacheParts = attending::kCacheParts; // of a visit; one that convolves has something in the first alone

inline CachePart cache_part(const Cache &cache, i32 index, i32 positions) {
  if (!cache.rows)
    return attending::cache_part(cache, index, positions);
  const u64 held = index == 0 ? u64(positions - cache.room.first) : 0;
  return {reinterpret_cast<u8 *>(cache.rows), held * kConvolutionColumns * sizeof(f32)};
}

/// Clears what is left of others. Rows of a convolution are read as far as they are written.
inline void clear_left_over(const Cache &cache, i32 positions) {
  if (!cache.rows)
    attending::clear_left_over(cache, positions);
}

/// The cache of a visit in the memory of all, for runs that begin behind so many tokens.
inline Cache cache_of_visit(u8 *memory, i32 visit, i32 tokens) {
  Cache cache = {attending::cache_of_visit(memory, visit, tokens), nullptr};
  if (kConvolves[visit])
    cache.rows = reinterpret_cast<f32 *>(memory + kCacheBytes) +
                 (i64{kConvolutionWidth - 1} - i64(rows_from(visit))) * kConvolutionColumns;
  return cache;
}
