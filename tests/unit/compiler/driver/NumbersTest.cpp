//===- NumbersTest.cpp ----------------------------------------------------===//
//
// Numbers as text, at the borders between units.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Numbers.h"

#include <gtest/gtest.h>

using namespace weebill::driver;

namespace {

TEST(NumbersTest, GroupsOfThreeDigits) {
  EXPECT_EQ(groupedText(0), "0");
  EXPECT_EQ(groupedText(999), "999");
  EXPECT_EQ(groupedText(1000), "1,000");
  EXPECT_EQ(groupedText(134515008), "134,515,008");
  EXPECT_EQ(groupedText(-123), "-123");
  EXPECT_EQ(groupedText(-1234), "-1,234");
}

TEST(NumbersTest, BytesInTheUnitThatFits) {
  EXPECT_EQ(bytesText(0), "0 bytes");
  EXPECT_EQ(bytesText(999), "999 bytes");
  EXPECT_EQ(bytesText(1000), "1.0 kB");
  EXPECT_EQ(bytesText(999'940), "999.9 kB");
  EXPECT_EQ(bytesText(999'960), "1.0 MB");
  EXPECT_EQ(bytesText(136'249'600), "136.2 MB");
  EXPECT_EQ(bytesText(2'000'000'000'000'000), "2000.0 TB");
}

} // namespace
