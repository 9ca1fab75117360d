//===- cache_part.h - What a cache has of its first tokens -------*- C++ -*-===//
//
// What cache.h and cache_of_codes.h share. Needs kKeyValueHeads and kHeadSize. Tested by
// tests/unit/runtime/CacheTest.cpp and CacheOfCodesTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

/// A stretch of memory that has what one head keeps of the first tokens.
struct CachePart {
  u8 *start;
  u64 bytes;
};

/// Clears what is left of others: keys behind the first `positions` in their block of 16. What is behind them elsewhere
/// is no part.
template <class AnyCache> void clear_left_over(const AnyCache &cache, i32 positions) {
  for (i32 head = 0; head < kKeyValueHeads; ++head)
    for (i32 position = positions; position % 16 != 0; ++position)
      for (i32 element = 0; element < kHeadSize; ++element)
        cache.key(head, position)[16 * element] = {};
}
