//===- HalfTest.cpp - Rounding to float16 ---------------------------------===//

#include "codegen/weights/Half.h"

#include <gtest/gtest.h>

#include <bit>

using namespace weebill::weights;

namespace {

#if defined(__FLT16_MAX__)
uint16_t converted(float x) { return std::bit_cast<uint16_t>(static_cast<_Float16>(x)); }

TEST(HalfTest, IsTheCompilersConversion) {
  constexpr uint32_t step = 4999; // prime, so that all patterns of the dropped bits come
  for (uint32_t bits = 0; std::bit_cast<float>(bits) < kHalfOverflow; bits += step)
    for (uint32_t sign : {0u, 0x80000000u}) {
      const float x = std::bit_cast<float>(bits | sign);
      ASSERT_EQ(toHalf(x), converted(x)) << x;
    }
}

TEST(HalfTest, EveryNumberOfItsOwnAndEveryTieBetweenTwo) {
  for (uint32_t half = 0; half < 0x7c00; ++half) {
    const float x = static_cast<float>(std::bit_cast<_Float16>(uint16_t(half)));
    ASSERT_EQ(toHalf(x), half);
    if (half == 0x7bff)
      break; // the next is infinite
    const float next = static_cast<float>(std::bit_cast<_Float16>(uint16_t(half + 1)));
    ASSERT_EQ(toHalf((x + next) / 2), half + half % 2) << "the even one";
  }
}
#endif

TEST(HalfTest, Edges) {
  EXPECT_EQ(toHalf(0.0f), 0);
  EXPECT_EQ(toHalf(-0.0f), 0x8000);
  EXPECT_EQ(toHalf(65504.0f), 0x7bff);
  EXPECT_EQ(toHalf(65519.0f), 0x7bff);
  EXPECT_EQ(toHalf(-1.0f), 0xbc00);
  EXPECT_EQ(toHalf(0x1p-24f), 1);
  EXPECT_EQ(toHalf(0x1p-25f), 0);
  EXPECT_EQ(toHalf(0x1p-14f), 0x0400);
  EXPECT_EQ(toHalf(0x1.ffep-15f), 0x0400) << "the tie below the smallest normal number";
}

} // namespace
