//===- StripSpacesTest.cpp - What Python's str.strip takes away -----------===//

#include "runtime/strip_spaces.h"

#include <gtest/gtest.h>

namespace {

TEST(StripSpacesTest, AsciiSpaces) {
  EXPECT_EQ(stripped(Strip::Spaces, " \t\r\n\v\f\x1c\x1d\x1e\x1f a  b \n"), "a  b");
  EXPECT_EQ(stripped(Strip::Spaces, "a"), "a");
  EXPECT_EQ(stripped(Strip::Spaces, ""), "");
  EXPECT_EQ(stripped(Strip::Spaces, " \n "), "");
  EXPECT_EQ(stripped(Strip::Spaces, "\x08 a\x1b"), "\x08 a\x1b"); // controls that are no space
}

TEST(StripSpacesTest, OtherSpaces) {
  for (const char *space : {"\u0085", "\u00a0", "\u1680", "\u2000", "\u200a", "\u2028", "\u202f", "\u205f", "\u3000"})
    EXPECT_EQ(stripped(Strip::Spaces, std::string(space) + "\u00e9 " + space), "\u00e9") << space;
  EXPECT_EQ(stripped(Strip::Spaces, "\u200b\u00e9\u200b"), "\u200b\u00e9\u200b"); // of no width, but no space
}

TEST(StripSpacesTest, WhatIsNoUtf8Stays) {
  EXPECT_EQ(stripped(Strip::Spaces, "\xa0 \x80"), "\xa0 \x80");
  EXPECT_EQ(stripped(Strip::Spaces, "\xe2\x80"), "\xe2\x80");
}

TEST(StripSpacesTest, OneSideAndLineEnds) {
  EXPECT_EQ(stripped(Strip::Nothing, " a\n"), " a\n");
  EXPECT_EQ(stripped(Strip::SpacesBefore, "\n a \n"), "a \n");
  EXPECT_EQ(stripped(Strip::SpacesAfter, "\n a \n"), "\n a");
  EXPECT_EQ(stripped(Strip::LineEnds, "\n\n a \n"), " a ");
  EXPECT_EQ(stripped(Strip::LineEndsBefore, "\n\n a \n"), " a \n");
  EXPECT_EQ(stripped(Strip::LineEnds, "\n"), "");
}

} // namespace
