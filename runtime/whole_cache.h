//===- whole_cache.h - Every visit's cache has all positions -----*- C++ -*-===//
//
// For models without windows, or with windows as wide as the context. cache_windows.h and sliding_cache.h are for the
// others. Needs kCachePositions. Tested by tests/unit/runtime/CacheTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

/// Where the cache of a visit has its positions: [first, first + positions).
struct CacheRoom {
  static constexpr i32 first = 0, positions = kCachePositions;
};

inline CacheRoom room_of_visit(i32, i32) { return {}; }
inline u64 positions_before(i32 visit) { return u64(visit) * kCachePositions; }

inline bool is_slid_beyond(i32, i32) { return false; }
inline void slide_caches(u8 *, i32, i32, i32) {}
