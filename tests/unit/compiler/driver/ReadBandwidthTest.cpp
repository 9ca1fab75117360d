//===- ReadBandwidthTest.cpp ----------------------------------------------===//
//
// The measurement is a plausible speed of a memory: it cannot skip the reading, nor stop early.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/ReadBandwidth.h"

#include <chrono>
#include <gtest/gtest.h>

using namespace weebill::driver;

namespace {

TEST(ReadBandwidthTest, IsASpeedThatMemoryHas) {
  for (int threads : {1, 2}) {
    const ReadBandwidth found = measureReadBandwidth(64 << 20, threads, 0.02);
    EXPECT_EQ(found.threads, threads);
    EXPECT_GT(found.bytesPerSecond, 50e6); // a loaded machine of twenty years ago
    EXPECT_LT(found.bytesPerSecond, 5e12); // beyond any memory: the loads were optimized away
  }
}

TEST(ReadBandwidthTest, TakesAboutTheTimeItIsGiven) {
  const auto start = std::chrono::steady_clock::now();
  measureReadBandwidth(1 << 20, 1, 0.1);
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(100));
}

} // namespace
