//===- ConvolutionCacheTest.cpp - Visits that attend, and others ----------===//

#include "runtime/types.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>
#include <vector>

namespace {

// Visits 0 and 2 convolve over three tokens, visit 1 attends to everything. A step is 64, a chunk 16 tokens.
constexpr i32 kVisits = 3, kCacheWindows[kVisits] = {3, 0, 3}, kCacheStep = 64, kChunk = 16, kCachePositions = 256;
constexpr i32 kKeyValueHeads = 2, kHeadSize = 16, kConvolutionWidth = 3, kConvolutionColumns = 32;
constexpr bool kConvolves[kVisits] = {true, false, true};
using CacheElement = f32;

} // namespace

#include "runtime/cache_windows.h"

#include "runtime/two_kinds_of_places.h"

#include "runtime/cache_part.h"

namespace {
constexpr u64 kRows = 2 * (128 + 2), kCacheBytes = sizeof(f32) * (2 * kKeyValueHeads * kHeadSize * kCachePositions +
                                                                  kRows * kConvolutionColumns);
} // namespace

namespace attending {

#include "runtime/cache.h"

} // namespace attending

#include "runtime/convolution_cache.h"

#include "runtime/sliding_cache.h"

namespace {

class ConvolutionCacheTest : public testing::Test {
protected:
  Cache cache(i32 visit, i32 tokens = 0) {
    return cache_of_visit(reinterpret_cast<u8 *>(memory.data()), visit, tokens);
  }

  std::vector<f32> memory = std::vector<f32>(kCacheBytes / sizeof(f32));
};

TEST_F(ConvolutionCacheTest, EveryNumberHasItsOwnPlace) {
  std::set<const f32 *> places;
  for (i32 visit : {0, 2})
    for (i32 position = 1 - kConvolutionWidth; position < 128; ++position)
      for (i32 i = 0; i < kConvolutionColumns; ++i)
        places.insert(cache(visit).row(position) + i);
  const Cache attends = cache(1);
  EXPECT_EQ(attends.rows, nullptr);
  for (i32 head = 0; head < kKeyValueHeads; ++head)
    for (i32 position = 0; position < kCachePositions; ++position)
      for (i32 i = 0; i < kHeadSize; ++i) {
        places.insert(attends.key(head, position) + 16 * i);
        places.insert(attends.value(head, position) + i);
      }
  EXPECT_EQ(places.size(), memory.size());
  EXPECT_EQ(*places.begin(), memory.data());
  EXPECT_EQ(*places.rbegin(), memory.data() + memory.size() - 1);
}

TEST_F(ConvolutionCacheTest, RowsAreOnePart) {
  const Cache convolves = cache(0), attends = cache(1);
  EXPECT_EQ(cache_part(convolves, 0, 5).start, reinterpret_cast<u8 *>(convolves.row(0)));
  EXPECT_EQ(cache_part(convolves, 0, 5).bytes, 5 * kConvolutionColumns * sizeof(f32));
  for (i32 index = 1; index < kCacheParts; ++index)
    EXPECT_EQ(cache_part(convolves, index, 5).bytes, 0U);
  EXPECT_EQ(cache_part(attends, 0, 5).bytes, 16 * kHeadSize * sizeof(f32));
  EXPECT_EQ(cache_part(attends, kCacheParts - 1, 5).bytes, 5 * kHeadSize * sizeof(f32));
  std::fill(memory.begin(), memory.end(), 1.0f);
  clear_left_over(convolves, 5);
  EXPECT_EQ(std::count(memory.begin(), memory.end(), 0.0f), 0);
  clear_left_over(attends, 5);
  EXPECT_EQ(std::count(memory.begin(), memory.end(), 0.0f), kKeyValueHeads * kHeadSize * 11);
}

TEST_F(ConvolutionCacheTest, RowsMoveAsWindowsDo) {
  for (i32 visit : {0, 2})
    for (i32 position = 0; position < 70; ++position)
      std::fill_n(cache(visit).row(position), kConvolutionColumns, static_cast<f32>(100 * visit + position));
  slide_caches(reinterpret_cast<u8 *>(memory.data()), 0, 70, 70);
  for (i32 visit : {0, 2}) {
    const Cache slid = cache(visit, 70);
    EXPECT_EQ(slid.room.first, 64);
    for (i32 position = 64; position < 70; ++position)
      for (i32 i : {0, kConvolutionColumns - 1})
        EXPECT_EQ(slid.row(position)[i], static_cast<f32>(100 * visit + position));
    for (i32 i = 0; i < kConvolutionColumns; ++i) // of the first token, when it comes again
      EXPECT_EQ(cache(visit).row(-1)[i], 0);
  }
}

} // namespace
