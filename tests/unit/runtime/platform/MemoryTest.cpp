//===- MemoryTest.cpp - Pages from the system -----------------------------===//

#include "runtime/platform/platform.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <string>

TEST(PlatformMemoryTest, PagesAreZeroAndAligned) {
  constexpr u64 kBytes = 3 * 4096 + 1;
  auto *start = static_cast<u8 *>(platform::take_pages(kBytes));
  ASSERT_NE(start, nullptr);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(start) % 4096, 0u);
  EXPECT_TRUE(std::all_of(start, start + kBytes, [](u8 byte) { return byte == 0; }));
  start[kBytes - 1] = 1;
  platform::return_pages(start, kBytes);
}

TEST(PlatformMemoryTest, PagesThatAreNotTouchedAreNotResident) {
  constexpr u64 kBytes = u64{1} << 32;
  const u64 before = platform::peak_resident_bytes();
  void *start = platform::take_pages(kBytes);
  ASSERT_NE(start, nullptr);
  EXPECT_LT(platform::peak_resident_bytes() - before, kBytes / 16);
  platform::return_pages(start, kBytes);
}

TEST(PlatformMemoryTest, SaysWhyThereIsNone) {
  EXPECT_EQ(platform::take_pages(u64{1} << 62), nullptr);
  EXPECT_NE(std::string(platform::problem()), "");
}
