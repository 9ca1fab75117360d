//===- ZeroedMemoryTest.cpp - Memory straight from the system -------------===//

constexpr const char *kName = "zeroed_memory_test";

#include "runtime/zeroed_memory.h"
#include "tests/unit/runtime/ExpectFailure.h"

#include <algorithm>
#include <gtest/gtest.h>

TEST(ZeroedMemoryTest, IsZeroAndAligned) {
  const ZeroedMemory memory(100'000);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory.data()) % 64, 0u);
  EXPECT_TRUE(std::all_of(memory.data(), memory.data() + 100'000, [](u8 byte) { return byte == 0; }));
  memory.data()[99'999] = 1;
}

TEST(ZeroedMemoryTest, MayBeEmpty) { EXPECT_EQ(ZeroedMemory(0).data(), nullptr); }

TEST(ZeroedMemoryDeathTest, SaysHowMuchItCouldNotGet) {
  EXPECT_FAILURE(ZeroedMemory(u64{1} << 62), 1, "cannot get 4611686018427387904 bytes of memory");
}
