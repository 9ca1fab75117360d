// What templates call white space when a program is made is what the program takes away when it runs.

#include "compiler/import/chat/WhiteSpace.h"

#include "compiler/import/chat/Escapes.h"
#include "compiler/import/chat/TextOperations.h"
#include "runtime/strip_spaces.h"

#include <gtest/gtest.h>

namespace weebill::chat {
namespace {

TEST(WhiteSpaceTest, ProgramsMeanTheSameForEveryCharacter) {
  int spaces = 0;
  for (uint32_t code = 0; code <= 0x10ffff; ++code) {
    if (code >= 0xd800 && code < 0xe000) // no characters
      continue;
    std::string text;
    appendUtf8(code, text);
    ASSERT_EQ(spaceAtStart(text), leading_space_bytes(text)) << code;
    ASSERT_EQ(spaceAtEnd(text), trailing_space_bytes(text)) << code;
    spaces += spaceAtStart(text) != 0;
  }
  EXPECT_EQ(spaces, 29);
}

TEST(WhiteSpaceTest, OnlyWholeCharactersCount) {
  for (std::string_view text : {"\xa0", "\x85", "\xe2\x80", "\xe3\x80", "a\xc2"}) {
    EXPECT_EQ(spaceAtStart(text), 0u);
    EXPECT_EQ(spaceAtEnd(text), 0u);
  }
  EXPECT_TRUE(isBlank(""));
  EXPECT_TRUE(isBlank(" \u3000\x1f\u0085"));
  EXPECT_FALSE(isBlank("\u200b")); // of no width, but no space
  EXPECT_EQ(findSpace("\u00e9\u00a0"), 2u);
  EXPECT_EQ(findSpace("\u00e9"), 2u);
}

TEST(WhiteSpaceTest, TextsAreStrippedAndSplitThere) {
  EXPECT_EQ(strip("\u2028 a\u00a0b\u3000\n"), "a\u00a0b");
  EXPECT_EQ(stripLeft("\u3000a\u3000"), "a\u3000");
  EXPECT_EQ(stripRight("\u3000a\u3000"), "\u3000a");
  EXPECT_EQ(strip("\u3000a.", "."), "\u3000a");
  EXPECT_EQ(splitAtWhiteSpace("\u3000a\u00a0\u2003b\x1e"), (std::vector<std::string>{"a", "b"}));
}

} // namespace
} // namespace weebill::chat
