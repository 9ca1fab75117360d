//===- CacheParts.h - What both caches say of their parts --------*- C++ -*-===//
//
// To be included behind cache.h or cache_of_codes.h, keyElement, valueElement and kValuesTogether.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <cstring>
#include <gtest/gtest.h>
#include <vector>

/// Parts of the first positions hold their keys and values and no others but the rest of a block of keys and of values
/// that lie together. Then more(cache, isInAPart, positions), where isInAPart(place) counts the parts that have a
/// place.
template <class More> void expectPartsOfTheFirstPositions(const More &more) {
  constexpr i32 kPositions = 18;
  std::vector<f32> memory(2 * kKeyValueHeads * kCachePositions * (kHeadSize + 4)); // enough, and aligned
  const Cache cache = cache_of_visit(reinterpret_cast<u8 *>(memory.data()), 0, 0);
  std::memset(memory.data(), 1, memory.size() * sizeof(f32));
  const auto isInAPart = [&](const void *place) {
    i32 parts = 0;
    for (i32 index = 0; index < kCacheParts; ++index) {
      const CachePart part = cache_part(cache, index, kPositions);
      parts += place >= part.start && place < part.start + part.bytes;
    }
    return parts;
  };
  clear_left_over(cache, kPositions);
  for (i32 head = 0; head < kKeyValueHeads; ++head)
    for (i32 position = 0; position < kCachePositions; ++position)
      for (i32 d = 0; d < kHeadSize; ++d) {
        const auto *key = keyElement(cache, head, position, d);
        const auto *value = valueElement(cache, head, position, d);
        const i32 valuesEnd = (kPositions + kValuesTogether - 1) / kValuesTogether * kValuesTogether;
        EXPECT_EQ(isInAPart(value), position < valuesEnd);
        EXPECT_EQ(*value != 0, position < kPositions || position >= valuesEnd);
        EXPECT_EQ(isInAPart(key), position < 32);
        EXPECT_EQ(*key != 0, position < kPositions || position >= 32);
      }
  more(cache, isInAPart, kPositions);
}
