//===- CacheTest.cpp - Where keys and values lie --------------------------===//

#include "runtime/types.h"

namespace {

constexpr i32 kKeyValueHeads = 2, kHeadSize = 32, kCachePositions = 64;
using CacheElement = u16; // as wide as f16

} // namespace

#include "runtime/cache.h"

#include <cstring>
#include <gtest/gtest.h>
#include <set>
#include <vector>

TEST(CacheTest, EveryNumberHasItsOwnPlace) {
  constexpr i32 kVisits = 3;
  std::vector<u16> memory(kVisits * 2 * kKeyValueHeads * kHeadSize * kCachePositions);
  std::set<const u16 *> places;
  for (i32 visit = 0; visit < kVisits; ++visit) {
    const Cache cache = cache_of_visit(reinterpret_cast<u8 *>(memory.data()), visit);
    for (i32 head = 0; head < kKeyValueHeads; ++head)
      for (i32 position = 0; position < kCachePositions; ++position)
        for (i32 d = 0; d < kHeadSize; ++d) { // a key is a column of a block of 16, a value a row
          places.insert(cache.key(head, position) + 16 * d);
          places.insert(cache.value(head, position) + d);
        }
  }
  EXPECT_EQ(places.size(), memory.size());
  EXPECT_EQ(*places.begin(), memory.data());
  EXPECT_EQ(*places.rbegin(), memory.data() + memory.size() - 1);
}

TEST(CacheTest, PositionsLieSideBySideInBlocksOf16) {
  std::vector<u16> memory(2 * kKeyValueHeads * kHeadSize * kCachePositions);
  const Cache cache = cache_of_visit(reinterpret_cast<u8 *>(memory.data()), 0);
  EXPECT_EQ(cache.key(1, 15), cache.keys_of(1) + 15);
  EXPECT_EQ(cache.key(1, 16), cache.keys_of(1) + 16 * kHeadSize);
  EXPECT_EQ(cache.value(1, 7), cache.values_of(1) + 7 * kHeadSize);
}

/// Parts of the first positions hold their keys and values and no others but the rest of a block of keys.
TEST(CacheTest, PartsOfTheFirstPositions) {
  constexpr i32 kPositions = 18;
  std::vector<f32> memory(2 * kKeyValueHeads * kCachePositions * (kHeadSize + 4)); // enough, and aligned
  const Cache cache = cache_of_visit(reinterpret_cast<u8 *>(memory.data()), 0);
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
        EXPECT_EQ(isInAPart(cache.value(head, position) + d), position < kPositions);
        EXPECT_EQ(isInAPart(cache.key(head, position) + 16 * d), position < 32);
        EXPECT_EQ(cache.key(head, position)[16 * d] != 0, position < kPositions || position >= 32);
      }
}
