//===- cache_windows.h - Caches that hold a window ---------------*- C++ -*-===//
//
// A visit that sees the last `window` positions only has room for these, for a chunk of tokens that come, and for
// kCacheStep more: as soon as the first kCacheStep positions are behind every window, the others move to the front
// (sliding_cache.h), so that what attention reads always lies in one piece. Needs kCacheWindows, the window of each
// visit, 0 for one that has all positions; kCacheStep, a multiple of 64; kVisits, kChunk and kCachePositions. Tested by
// tests/unit/runtime/SlidingCacheTest.cpp and tests/emitted/test_window_cache.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

#include <algorithm>

/// Where the cache of a visit has its positions: [first, first + positions).
struct CacheRoom {
  i32 first, positions;
};

/// What a window keeps at most, in whole blocks of 64.
constexpr i32 positions_of_window(i32 window) {
  return window == 0 ? kCachePositions : (window + kCacheStep - 2 + kChunk + 63) / 64 * 64;
}

/// When a run begins behind so many tokens: from the first step on that the next token sees a position of.
constexpr CacheRoom room_of_visit(i32 visit, i32 tokens) {
  const i32 window = kCacheWindows[visit];
  const i32 first = window == 0 ? 0 : std::max(tokens + 1 - window, 0) / kCacheStep * kCacheStep;
  return {first, positions_of_window(window)};
}

/// Whether caches of runs that begin behind `slid` tokens lack positions that one behind `tokens` needs.
inline bool is_slid_beyond(i32 slid, i32 tokens) {
  for (i32 visit = 0; visit < kVisits && tokens < slid; ++visit)
    if (room_of_visit(visit, tokens).first < room_of_visit(visit, slid).first)
      return true;
  return false;
}
