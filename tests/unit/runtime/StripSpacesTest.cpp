//===- StripSpacesTest.cpp - What Python's str.strip takes away -----------===//

#include "runtime/strip_spaces.h"

#include <gtest/gtest.h>

namespace {

TEST(StripSpacesTest, AsciiSpaces) {
  EXPECT_EQ(strip_spaces(" \t\r\n\v\f\x1c\x1d\x1e\x1f a  b \n"), "a  b");
  EXPECT_EQ(strip_spaces("a"), "a");
  EXPECT_EQ(strip_spaces(""), "");
  EXPECT_EQ(strip_spaces(" \n "), "");
  EXPECT_EQ(strip_spaces("\x08 a\x1b"), "\x08 a\x1b"); // controls that are no space
}

TEST(StripSpacesTest, OtherSpaces) {
  for (const char *space : {"\u0085", "\u00a0", "\u1680", "\u2000", "\u200a", "\u2028", "\u202f", "\u205f", "\u3000"})
    EXPECT_EQ(strip_spaces(std::string(space) + "\u00e9 " + space), "\u00e9") << space;
  EXPECT_EQ(strip_spaces("\u200b\u00e9\u200b"), "\u200b\u00e9\u200b"); // of no width, but no space
}

TEST(StripSpacesTest, WhatIsNoUtf8Stays) {
  EXPECT_EQ(strip_spaces("\xa0 \x80"), "\xa0 \x80");
  EXPECT_EQ(strip_spaces("\xe2\x80"), "\xe2\x80");
}

} // namespace
