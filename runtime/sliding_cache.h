//===- sliding_cache.h - Windows that move over their caches -----*- C++ -*-===//
//
// Behind cache.h, cache_of_codes.h or convolution_cache.h. Needs cache_windows.h. Tested by
// tests/unit/runtime/SlidingCacheTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

#include <cstring>

/// Caches that have `tokens` tokens, from where they are for runs that begin behind `from` of them to where they have
/// to be for one behind `to`: what no token sees any more goes.
inline void slide_caches(u8 *memory, i32 from, i32 to, i32 tokens) {
  for (i32 visit = 0; visit < kVisits && from < to; ++visit) {
    const i32 first = room_of_visit(visit, to).first;
    const Cache cache = cache_of_visit(memory, visit, from);
    for (i32 index = 0; index < kCacheParts && cache.room.first < first; ++index) {
      const CachePart all = cache_part(cache, index, tokens), gone = cache_part(cache, index, first);
      std::memmove(all.start, all.start + gone.bytes, all.bytes - gone.bytes);
    }
  }
}
