//===- CacheOfCodesTest.cpp - Where keys, values and scales lie -----------===//

#include "runtime/types.h"

namespace {

constexpr i32 kKeyValueHeads = 2, kHeadSize = 32, kCachePositions = 64;

} // namespace

#include "runtime/whole_cache.h"

#include "runtime/cache_of_codes.h"

namespace {

u8 *keyElement(const Cache &cache, i32 head, i32 position, i32 d) {
  return cache.key(head, position) + d / 4 * 64 + d % 4;
}
i8 *valueElement(const Cache &cache, i32 head, i32 position, i32 d) { return cache.value(head, position) + 4 * d; }
constexpr i32 kValuesTogether = 4; // positions whose values a part has or has not

} // namespace

#include "CacheParts.h"

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
    const Cache cache = cache_of_visit(start, visit, 0);
    for (i32 head = 0; head < kKeyValueHeads; ++head)
      for (i32 position = 0; position < kCachePositions; ++position) {
        for (i32 d = 0; d < kHeadSize; ++d) {
          add(keyElement(cache, head, position, d));
          add(valueElement(cache, head, position, d));
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

TEST(CacheOfCodesTest, PartsOfTheFirstPositions) {
  expectPartsOfTheFirstPositions([](const Cache &cache, const auto &isInAPart, i32 positions) {
    for (i32 head = 0; head < kKeyValueHeads; ++head)
      for (i32 position = 0; position < kCachePositions; ++position)
        for (const f32 *scale : {cache.key_scales_of(head) + position, cache.value_scales_of(head) + position})
          EXPECT_EQ(isInAPart(scale), position < positions);
  });
}
