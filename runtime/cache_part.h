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
