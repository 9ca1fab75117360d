//===- ArithmeticTest.cpp - Float arithmetic as it is written -------------===//
//
// What flags of compilers do to it: tests/emitted/test_toolchains.py.
//
//===----------------------------------------------------------------------===//

#include "runtime/arithmetic.h"

#include <cfenv>
#include <gtest/gtest.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace {

f32 half_of_the_smallest_normal() {
  volatile f32 smallest = 0x1p-126f, half = 0.5f;
  return smallest * half;
}

f32 third() {
  volatile f32 one = 1, three = 3;
  return one / three;
}

TEST(ArithmeticTest, IsAsItIsWritten) { EXPECT_TRUE(arithmetic_is_exact()); }

#if defined(__x86_64__)

/// As programs do that were linked with -ffast-math, and audio software.
TEST(ArithmeticTest, AThreadThatFlushesSubnormalsKeepsThemForAWhile) {
  const u32 before = _mm_getcsr();
  _mm_setcsr(before | 0x8040);
  EXPECT_EQ(half_of_the_smallest_normal(), 0);
  {
    const ExactMode exact;
    EXPECT_EQ(half_of_the_smallest_normal(), 0x1p-127f);
  }
  EXPECT_EQ(half_of_the_smallest_normal(), 0);
  _mm_setcsr(before);
}

#endif

TEST(ArithmeticTest, AThreadThatRoundsUpRoundsToNearestForAWhile) {
#if !defined(__x86_64__) && !defined(__aarch64__)
  GTEST_SKIP() << "the mode of this CPU is not known";
#endif
  const f32 nearest = third();
  ASSERT_EQ(std::fesetround(FE_DOWNWARD), 0);
  EXPECT_NE(third(), nearest);
  {
    const ExactMode exact;
    EXPECT_EQ(third(), nearest);
  }
  EXPECT_NE(third(), nearest);
  std::fesetround(FE_TONEAREST);
}

} // namespace
