//===- RoundToHalfTest.cpp - Rounding to float16 ------------------------===//
//
// Rounding to float16, at every number that float16 has and halfway to the next.
//
//===----------------------------------------------------------------------===//

#include "compiler/reference/RoundToHalf.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

using namespace weebill::reference;

namespace {

/// The number of a finite positive float16's bits, from the definition of the format.
double numberOf(int bits) {
  const int exponent = bits >> 10, mantissa = bits & 0x3ff;
  return exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(1024 + mantissa, exponent - 25);
}

TEST(RoundToHalf, KeepsEveryHalfAndSplitsTheDistanceToTheNext) {
  constexpr int kLargest = 0x7bff; // 65504
  for (int bits = 0; bits < kLargest; ++bits) {
    const double low = numberOf(bits), high = numberOf(bits + 1), middle = (low + high) / 2;
    const double even = bits % 2 == 0 ? low : high;
    for (double sign : {1.0, -1.0}) {
      ASSERT_EQ(roundToHalf(sign * low), sign * low);
      ASSERT_EQ(roundToHalf(sign * middle), sign * even) << "half to even at " << middle;
      ASSERT_EQ(roundToHalf(sign * std::nextafter(middle, 0)), sign * low);
      ASSERT_EQ(roundToHalf(sign * std::nextafter(middle, 1e6)), sign * high);
    }
  }
}

TEST(RoundToHalf, OverflowsToInfinityHalfwayBeyondTheLargest) {
  EXPECT_EQ(roundToHalf(65504), 65504);
  EXPECT_EQ(roundToHalf(65519.99), 65504);
  EXPECT_EQ(roundToHalf(65520), std::numeric_limits<double>::infinity());
  EXPECT_EQ(roundToHalf(-1e30), -std::numeric_limits<double>::infinity());
}

} // namespace
