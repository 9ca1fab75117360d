//===- tool_turns.h - What tools answer, in the template's words -*- C++ -*-===//
//
// For a chat template that has a role for them; no_tool_turns.h is for others. Answers in a row may share what opens
// and closes them. Needs kChatTool... and ChatChanges. Tested by tests/emitted/test_tool_turns.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/strip_spaces.h"
#include "runtime/text_parts.h"
#include "runtime/types.h"

#include <cstddef>
#include <string>
#include <string_view>

class ToolTurns {
public:
  /// Bytes of all marks around answers.
  static constexpr u64 kMarks =
      std::char_traits<char>::length(kChatToolPrefix) + std::char_traits<char>::length(kChatToolSuffix) +
      std::char_traits<char>::length(kChatToolBetween) + std::char_traits<char>::length(kChatToolAgain) +
      std::char_traits<char>::length(kChatAssistantSuffixForTool) * 2 +
      std::char_traits<char>::length(kChatUserPrefixAfterTool) + std::char_traits<char>::length(kChatNoThought) +
      std::char_traits<char>::length(kChatAssistantPrefixForTool);

  /// What an answer of so many bytes takes at most.
  static constexpr u64 most_bytes(u64 bytes) { return ChatChanges::kToolInJson ? bytes * 6 : bytes; }

  static void require() {}

  /// What closes the model's answer before them, and what opens the user's message behind them.
  static constexpr const char *kAnswerSuffix = kChatAssistantSuffixForTool, *kUserPrefix = kChatUserPrefixAfterTool;

  /// Adds an answer to the text; `again`: it follows one of another tool. Returns where it stands.
  static LiteralRange add(std::string_view answer, bool again, std::string &text) {
    text.append(again ? kChatToolAgain : kChatToolPrefix);
    const u64 first = text.size();
    answer = stripped(ChatChanges::kTool, answer);
    if (ChatChanges::kToolInJson)
      add_escaped(answer, text);
    else
      text.append(answer);
    return {first, text.size()};
  }

  /// What closes an answer; `goes_on`: another tool's follows.
  static const char *closing(bool goes_on) { return goes_on ? kChatToolBetween : kChatToolSuffix; }

  /// Whether an answer stands so for ever; otherwise as long as the user says nothing behind it.
  static constexpr bool kAlways = ChatChanges::kKeptAlways;

  /// What stands before an answer that a tool's follows, in the place of a thought.
  static const char *lead(std::string_view said) { return keeps(said) ? "" : kChatNoThought; }
  /// And the text before that answer.
  [[maybe_unused]] static constexpr const char *kPrefix = kChatAssistantPrefixForTool;

  /// Whether an answer that a tool's follows stays as it is: the template keeps its thought.
  static bool keeps(std::string_view said) {
    const std::string_view begin = ChatChanges::kKeptThoughtBegin, end = ChatChanges::kKeptThoughtEnd;
    const std::size_t at = end.empty() ? said.npos : said.rfind(end);
    if (at == said.npos)
      return false;
    std::string_view thought = stripped(Strip::Spaces, said.substr(0, at));
    if (thought.starts_with(begin))
      thought.remove_prefix(begin.size());
    return !stripped(Strip::Spaces, thought).empty();
  }

private:
  /// As JSON has it between quotes.
  static void add_escaped(std::string_view answer, std::string &text) {
    constexpr std::string_view kToEscape = "\"\\\b\f\n\r\t", kEscapeLetters = "\"\\bfnrt",
                               kHexadecimal = "0123456789abcdef";
    for (char c : answer) {
      const std::size_t at = kToEscape.find(c);
      if (at != kToEscape.npos)
        text.append({'\\', kEscapeLetters[at]});
      else if (static_cast<u8>(c) < 0x20)
        text.append({'\\', 'u', '0', '0', kHexadecimal[static_cast<u8>(c) >> 4], kHexadecimal[c & 15]});
      else
        text.push_back(c);
    }
  }
};
