//===- CacheOfCodesTest.cpp - Where keys, values and scales lie -----------===//

#include "runtime/types.h"

namespace {

constexpr i32 kKeyValueHeads = 2, kHeadSize = 32, kCachePositions = 64;

} // namespace

#include "runtime/cache_of_codes.h"

#include <cstring>
#include <gtest/gtest.h>
#include <set>
#include <vector>

TEST(CacheOfCodesTest, EveryCodeAndScaleHasItsOwnPlace) {
  constexpr i32 kVisits = 3, kVisitBytes = 2 * kKeyValueHeads * kCachePositions * (kHeadSize + 4);
  std::vector<f32> memory(kVisits * kVisitBytes / sizeof(f32)); // aligned for the scales
  u8 *const start = reinterpret_cast<u8 *>(memory.data());
  std::set<i64> places;
  const auto add = [&](const void *place) { places.insert(static_cast<const u8 *>(place) - start); };
  for (i32 visit = 0; visit < kVisits; ++visit) {
    const Cache cache = cache_of_visit(start, visit);
    for (i32 head = 0; head < kKeyValueHeads; ++head)
      for (i32 position = 0; position < kCachePositions; ++position) {
        for (i32 d = 0; d < kHeadSize; ++d) {
          add(cache.key(head, position) + 16 * d);
          add(cache.value(head, position) + d);
        }
        for (const f32 *scale : {cache.key_scales_of(head) + position, cache.value_scales_of(head) + position}) {
          EXPECT_EQ(reinterpret_cast<std::uintptr_t>(scale) % sizeof(f32), 0u);
          for (std::size_t byte = 0; byte < sizeof(f32); ++byte)
            add(reinterpret_cast<const u8 *>(scale) + byte);
        }
      }
  }
  EXPECT_EQ(places.size(), std::size_t{kVisits} * kVisitBytes);
  EXPECT_EQ(*places.begin(), 0);
  EXPECT_EQ(*places.rbegin(), kVisits * kVisitBytes - 1);
}

/// Parts of the first positions hold their keys and values and no others but the rest of a block of keys.
TEST(CacheOfCodesTest, PartsOfTheFirstPositions) {
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
  for (i32 head = 0; head < kKeyValueHeads; ++head)
    for (i32 position = 0; position < kCachePositions; ++position)
      for (const f32 *scale : {cache.key_scales_of(head) + position, cache.value_scales_of(head) + position})
        EXPECT_EQ(isInAPart(scale), position < kPositions);
}
