//===- CacheTest.cpp - Where keys and values lie --------------------------===//

#include "runtime/types.h"

namespace {

constexpr i32 kKeyValueHeads = 2, kHeadSize = 32, kCachePositions = 64;
using CacheElement = u16; // as wide as f16

} // namespace

#include "runtime/whole_cache.h"

#include "runtime/cache.h"

namespace {

CacheElement *keyElement(const Cache &cache, i32 head, i32 position, i32 d) {
  return cache.key(head, position) + 16 * d;
}
CacheElement *valueElement(const Cache &cache, i32 head, i32 position, i32 d) {
  return cache.value(head, position) + d;
}
constexpr i32 kValuesTogether = 1; // positions whose values a part has or has not

} // namespace

#include "CacheParts.h"

#include <gtest/gtest.h>
#include <set>
#include <vector>

TEST(CacheTest, EveryNumberHasItsOwnPlace) {
  constexpr i32 kVisits = 3;
  std::vector<u16> memory(kVisits * 2 * kKeyValueHeads * kHeadSize * kCachePositions);
  std::set<const u16 *> places;
  for (i32 visit = 0; visit < kVisits; ++visit) {
    const Cache cache = cache_of_visit(reinterpret_cast<u8 *>(memory.data()), visit, 0);
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
  const Cache cache = cache_of_visit(reinterpret_cast<u8 *>(memory.data()), 0, 0);
  EXPECT_EQ(cache.key(1, 15), cache.keys_of(1) + 15);
  EXPECT_EQ(cache.key(1, 16), cache.keys_of(1) + 16 * kHeadSize);
  EXPECT_EQ(cache.value(1, 7), cache.values_of(1) + 7 * kHeadSize);
}

TEST(CacheTest, PartsOfTheFirstPositions) {
  expectPartsOfTheFirstPositions([](const Cache &, const auto &, i32) {});
}
