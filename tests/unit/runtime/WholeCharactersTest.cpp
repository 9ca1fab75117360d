//===- WholeCharactersTest.cpp - Characters come whole, rubbish comes as U+FFFD -----===//

#include "runtime/whole_characters.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace {

const std::string kReplacement = "\xef\xbf\xbd";

/// What has come after each part, and after the end.
std::vector<std::string> shown(const std::vector<std::string> &parts, bool replacesEachByte = false) {
  std::string text;
  std::vector<std::string> states;
  WholeCharacters characters(replacesEachByte);
  const auto write = [&](std::string_view part) { text += part; };
  for (const std::string &part : parts) {
    characters.take(part, write);
    states.push_back(text);
  }
  characters.finish(write);
  states.push_back(text);
  return states;
}

std::string shownAtOnce(const std::string &bytes) { return shown({bytes}).back(); }

TEST(WholeCharactersTest, HoldsBackIncompleteCharacters) {
  EXPECT_EQ(shown({"a", "\xf0\x9f", "\x98", "\x80!"}),
            (std::vector<std::string>{"a", "a", "a", "a\xf0\x9f\x98\x80!", "a\xf0\x9f\x98\x80!"}));
}

TEST(WholeCharactersTest, ReplacesWhatCannotBecomeACharacter) {
  EXPECT_EQ(shownAtOnce("\x80"), kReplacement);
  EXPECT_EQ(shownAtOnce("\xff\xfe"), kReplacement + kReplacement);
  EXPECT_EQ(shownAtOnce("\xe2\x82"), kReplacement);                                   // cut off by the end
  EXPECT_EQ(shownAtOnce("\xe2\x82z"), kReplacement + "z");                            // cut off by something else
  EXPECT_EQ(shownAtOnce("\xc3\xc3\xa9"), kReplacement + "\xc3\xa9");                  // by the next character
  EXPECT_EQ(shownAtOnce("\xc0\xaf"), kReplacement + kReplacement);                    // overlong
  EXPECT_EQ(shownAtOnce("\xed\xa0\x80"), kReplacement + kReplacement + kReplacement); // a surrogate
  EXPECT_EQ(shownAtOnce("\xf4\x90\x80\x80"), kReplacement + kReplacement + kReplacement + kReplacement);
}

// As tokenizers do whose bytes are tokens.
TEST(WholeCharactersTest, MayReplaceEachByte) {
  EXPECT_EQ(shown({"\xe2", "\x82", "z"}, true).back(), kReplacement + kReplacement + "z");
  EXPECT_EQ(shown({"\xf0\x9f\x98"}, true).back(), kReplacement + kReplacement + kReplacement);
  EXPECT_EQ(shown({"\xff", "\xe2\x82\xac"}, true).back(), kReplacement + "\u20ac");
}

// Every code point, one byte at a time: nothing is shown before the last byte, and then the character.
TEST(WholeCharactersTest, EveryCharacterPasses) {
  for (u32 code = 0; code < 0x110000; code += code < 0x3000 ? 1 : 61) {
    if (code >= 0xd800 && code < 0xe000)
      continue;
    std::string character;
    if (code < 0x80)
      character = {static_cast<char>(code)};
    else if (code < 0x800)
      character = {static_cast<char>(0xc0 | code >> 6), static_cast<char>(0x80 | (code & 63))};
    else if (code < 0x10000)
      character = {static_cast<char>(0xe0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 63)),
                   static_cast<char>(0x80 | (code & 63))};
    else
      character = {static_cast<char>(0xf0 | code >> 18), static_cast<char>(0x80 | (code >> 12 & 63)),
                   static_cast<char>(0x80 | (code >> 6 & 63)), static_cast<char>(0x80 | (code & 63))};
    ASSERT_EQ(whole_character(character), character.size());
    ASSERT_EQ(code_point(character, static_cast<u32>(character.size())), code);
    std::vector<std::string> bytes;
    for (char byte : character)
      bytes.push_back({byte});
    const std::vector<std::string> states = shown(bytes);
    ASSERT_EQ(states.back(), character);
    if (bytes.size() > 1) {
      ASSERT_EQ(states[bytes.size() - 2], "");
    }
  }
}

} // namespace
