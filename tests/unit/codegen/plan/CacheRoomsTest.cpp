//===- CacheRoomsTest.cpp - Positions that caches have room for -----------===//

#include "codegen/plan/CacheRooms.h"

#include <algorithm>
#include <gtest/gtest.h>

using namespace weebill::plan;

namespace {

/// Visits of blocks with these windows, in a context of `positions`.
ModelPlan planWith(const std::vector<int64_t> &windows, int64_t positions, std::vector<int64_t> schedule = {}) {
  ModelPlan plan;
  plan.chunk = 64;
  for (size_t block = 0; block < windows.size() && schedule.size() < windows.size(); ++block)
    schedule.push_back(int64_t(block));
  plan.schedule = schedule;
  plan.cache.visits = int64_t(schedule.size());
  plan.cache.positions = positions;
  StepPlan attention;
  attention.kind = StepKind::Attention;
  attention.blockWindows = windows;
  plan.decode.body = {{"attend", {StepPlan(), attention}}};
  return plan;
}

using Numbers = std::vector<int64_t>;

TEST(CacheRoomsTest, AWindowKeepsItselfAStepAndAChunk) {
  const CacheRooms rooms = cacheRooms(planWith({512, 0, 100}, 8192));
  EXPECT_EQ(rooms.step, 128); // a quarter of the widest
  EXPECT_EQ(rooms.windows, (Numbers{512, 0, 100}));
  EXPECT_EQ(rooms.positions, (Numbers{704, 8192, 320}));
  EXPECT_EQ(rooms.windowed(), 2);
}

TEST(CacheRoomsTest, AWindowThatSavesNothingIsNone) {
  EXPECT_EQ(cacheRooms(planWith({512, 0}, 704)).step, 0);
  EXPECT_EQ(cacheRooms(planWith({512, 0}, 768)).step, 128);
  EXPECT_EQ(cacheRooms(planWith({0, 0}, 8192)).positions, (Numbers{8192, 8192}));
  const CacheRooms rooms = cacheRooms(planWith({4096, 8, 4096}, 4096)); // and the step is not that of those
  EXPECT_EQ(rooms.step, 64);
  EXPECT_EQ(rooms.positions, (Numbers{4096, 192, 4096}));
}

TEST(CacheRoomsTest, RoomsAreThoseOfVisits) {
  const CacheRooms rooms = cacheRooms(planWith({0, 9}, 1024, {1, 0, 1, 1}));
  EXPECT_EQ(rooms.windows, (Numbers{9, 0, 9, 9}));
  EXPECT_EQ(rooms.positions, (Numbers{192, 1024, 192, 192}));
}

TEST(CacheRoomsTest, APlanWithoutWindowsHasNone) {
  ModelPlan plan = planWith({}, 256, {0, 0, 0});
  EXPECT_EQ(cacheRooms(plan).positions, (Numbers{256, 256, 256}));
  EXPECT_EQ(cacheRooms(plan).step, 0);
}

TEST(CacheRoomsTest, WhatIsKeptBeginsInWholeSteps) {
  const CacheRooms rooms = cacheRooms(planWith({512, 0}, 8192));
  EXPECT_EQ(rooms.firstKept(0, 0), 0);
  EXPECT_EQ(rooms.firstKept(0, 639), 0);
  EXPECT_EQ(rooms.firstKept(0, 640), 128); // the last token again sees 640 - 512 and what follows
  EXPECT_EQ(rooms.firstKept(0, 8192), 7680);
  EXPECT_EQ(rooms.firstKept(1, 8192), 0);
}

TEST(CacheRoomsTest, EveryRunFits) {
  for (int64_t window : {1, 9, 64, 65, 300, 512, 1000}) {
    const CacheRooms rooms = cacheRooms(planWith({window}, 1 << 20));
    for (int64_t tokens = 0; tokens < 3000; ++tokens) {
      const int64_t first = rooms.firstKept(0, tokens + 1);                  // a run that begins behind `tokens`
      EXPECT_LE(first, std::max<int64_t>(0, tokens + 1 - window) / 64 * 64); // attention begins with a block of 64
      EXPECT_LE((tokens + 64 + 63) / 64 * 64 - first, rooms.positions[0] + 0);
    }
  }
}

} // namespace
