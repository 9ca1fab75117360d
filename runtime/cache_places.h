//===- cache_places.h - Where each visit's cache lies ------------*- C++ -*-===//
//
// Behind cache_windows.h; two_kinds_of_places.h is for models of which some visits convolve. Needs kVisits. Tested by
// tests/unit/runtime/SlidingCacheTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

struct CachePlaces {
  u64 before[kVisits + 1]; // positions of the visits before
};

constexpr CachePlaces places_of_caches() {
  CachePlaces places = {};
  for (i32 visit = 0; visit < kVisits; ++visit)
    places.before[visit + 1] = places.before[visit] + u64(positions_of_window(kCacheWindows[visit]));
  return places;
}

constexpr CachePlaces kCachePlaces = places_of_caches();

inline u64 positions_before(i32 visit) { return kCachePlaces.before[visit]; }
