//===- two_kinds_of_places.h - Where each visit's cache lies -----*- C++ -*-===//
//
// Behind cache_windows.h, for models of which some visits convolve: their rows lie behind the keys and values of all
// others. Needs kConvolves, whether each visit does, and kConvolutionWidth. Tested by
// tests/unit/runtime/ConvolutionCacheTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

struct CachePlaces {
  u64 before[kVisits + 1];      // positions of keys and values of the visits before
  u64 rows_before[kVisits + 1]; // rows, those of zeros among them
};

constexpr CachePlaces places_of_caches() {
  CachePlaces places = {};
  for (i32 visit = 0; visit < kVisits; ++visit) {
    const u64 room = u64(positions_of_window(kCacheWindows[visit]));
    places.before[visit + 1] = places.before[visit] + (kConvolves[visit] ? 0 : room);
    places.rows_before[visit + 1] = places.rows_before[visit] + (kConvolves[visit] ? room + kConvolutionWidth - 1 : 0);
  }
  return places;
}

constexpr CachePlaces kCachePlaces = places_of_caches();

inline u64 positions_before(i32 visit) { return kCachePlaces.before[visit]; }

/// Rows of this visit and of those behind it.
inline u64 rows_from(i32 visit) { return kCachePlaces.rows_before[kVisits] - kCachePlaces.rows_before[visit]; }
