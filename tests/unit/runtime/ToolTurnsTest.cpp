//===- ToolTurnsTest.cpp - Answers of tools between their marks -----------===//

#include "runtime/strip_spaces.h"

constexpr const char *kChatToolPrefix = "<tool>\"", *kChatToolBetween = "\"", *kChatToolAgain = ",\"",
                     *kChatToolSuffix = "\"</tool>", *kChatAssistantSuffixForTool = "", *kChatUserPrefixAfterTool = "",
                     *kChatNoThought = "<think></think>", *kChatAssistantPrefixForTool = "<model><think></think>";
struct ChatChanges {
  static constexpr Strip kTool = Strip::LineEnds;
  static constexpr bool kToolInJson = true, kKeptAlways = false;
  static constexpr std::string_view kKeptThoughtBegin = "<think>", kKeptThoughtEnd = "</think>";
};

#include "runtime/tool_turns.h"

#include <gtest/gtest.h>

namespace {

TEST(ToolTurnsTest, AnswersInARow) {
  std::string text = "x";
  const LiteralRange first = ToolTurns::add("\n8 C\n", false, text);
  EXPECT_EQ(text.substr(first.first, first.last - first.first), "8 C");
  text += ToolTurns::closing(true);
  ToolTurns::add("9", true, text);
  text += ToolTurns::closing(false);
  EXPECT_EQ(text, "x<tool>\"8 C\",\"9\"</tool>");
}

TEST(ToolTurnsTest, InJson) {
  std::string text;
  const std::string_view answer("\"a\"\\ \b\f\t\r\n.\x01\x1f\x7f\xc3\xa9\0", 17);
  const LiteralRange where = ToolTurns::add(answer, false, text);
  EXPECT_EQ(text.substr(where.first), "\\\"a\\\"\\\\ \\b\\f\\t\\r\\n.\\u0001\\u001f\x7f\xc3\xa9\\u0000");
  EXPECT_LE(where.last - where.first, ToolTurns::most_bytes(answer.size()));
}

TEST(ToolTurnsTest, ThoughtsThatAreKept) {
  EXPECT_TRUE(ToolTurns::keeps("<think>\nHm.\n</think>\n\ncall"));
  EXPECT_TRUE(ToolTurns::keeps("Hm.\n</think>call")); // the prompt has opened it
  EXPECT_FALSE(ToolTurns::keeps("<think>\n\n</think>\n\ncall"));
  EXPECT_FALSE(ToolTurns::keeps(" </think>call"));
  EXPECT_FALSE(ToolTurns::keeps("<think>\nHm."));
  EXPECT_FALSE(ToolTurns::keeps(""));
  EXPECT_STREQ(ToolTurns::lead("Hm.</think>call"), "");
  EXPECT_STREQ(ToolTurns::lead("call"), "<think></think>");
}

} // namespace
