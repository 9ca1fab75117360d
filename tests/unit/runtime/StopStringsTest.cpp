//===- StopStringsTest.cpp - Texts that end an answer ---------------------===//
//
// Against searching the whole text at once, however it is cut into tokens.
//
//===----------------------------------------------------------------------===//

#include "runtime/stop_strings.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <string>

namespace {

/// What is printed of a text that comes in parts, "|" where a stop string ended it.
std::string printed(const std::vector<std::string> &parts, std::vector<std::string_view> stops) {
  StopStrings strings(std::move(stops));
  std::string result;
  const auto print = [&](std::string_view text) { result += text; };
  for (const std::string &part : parts)
    if (strings.take(part, print))
      return result + "|";
  strings.finish(print);
  return result;
}

/// The definition: the first byte at which a stop string ends; of those the longest.
std::string expected(const std::string &text, const std::vector<std::string_view> &stops) {
  for (size_t end = 1; end <= text.size(); ++end) {
    size_t longest = 0;
    for (std::string_view stop : stops)
      if (std::string_view(text).substr(0, end).ends_with(stop))
        longest = std::max(longest, stop.size());
    if (longest > 0)
      return text.substr(0, end - longest) + "|";
  }
  return text;
}

TEST(StopStringsTest, WithoutAnyEverythingIsPrintedAtOnce) { EXPECT_EQ(printed({"ab", "", "c"}, {}), "abc"); }

TEST(StopStringsTest, AcrossTokens) {
  EXPECT_EQ(printed({"one\nUs", "er", ": two"}, {"\nUser:"}), "one|");
  EXPECT_EQ(printed({"one\nUs", "ed", ": two"}, {"\nUser:"}), "one\nUsed: two");
  EXPECT_EQ(printed({"one\nUse"}, {"\nUser:"}), "one\nUse"); // held back, and printed at the end
}

TEST(StopStringsTest, TextIsHeldBackOnlyAsLongAsItMayBeABeginning) {
  StopStrings strings({"abc"});
  std::string result;
  const auto print = [&](std::string_view text) { result += text; };
  EXPECT_FALSE(strings.take("xab", print));
  EXPECT_EQ(result, "x");
  EXPECT_FALSE(strings.take("ab", print)); // "abab": the second "ab" may go on
  EXPECT_EQ(result, "xab");
  EXPECT_TRUE(strings.take("cd", print));
  EXPECT_EQ(result, "xab");
}

TEST(StopStringsTest, OverlappingStrings) {
  EXPECT_EQ(printed({"xabc"}, {"bc", "abc"}), "x|");    // both end here: the longer one
  EXPECT_EQ(printed({"xabcd"}, {"abcd", "bc"}), "xa|"); // the one that ends first
  EXPECT_EQ(printed({"aaab"}, {"aab"}), "a|");
}

TEST(StopStringsTest, RandomTextsOfTwoLetters) {
  std::mt19937 random(/*seed=*/3);
  const auto word = [&](size_t longest) {
    std::string text(1 + random() % longest, ' ');
    std::generate(text.begin(), text.end(), [&] { return "ab"[random() % 2]; });
    return text;
  };
  for (int round = 0; round < 5000; ++round) {
    const std::string first = word(6), second = word(6);
    std::vector<std::string> parts;
    std::string all;
    for (size_t part = 1 + random() % 6; part > 0; --part)
      all += parts.emplace_back(word(4));
    const std::vector<std::string_view> stops = {first, second};
    ASSERT_EQ(printed(parts, stops), expected(all, stops)) << all << " " << first << " " << second;
  }
}

} // namespace
