//===- turns.h - Turns of a conversation -------------------------*- C++ -*-===//
//
// The compiler has evaluated the model's chat template; here its pieces are put around what is said. What is said is
// text until an answer begins; then it becomes tokens, as much as possible at once, because tokens depend on what
// stands beside them. Needs kChat... Tested by tests/emitted/test_chat.py and test_c_api_state.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/conversation.h"
#include "runtime/fail.h"
#include "runtime/strip_spaces.h"
#include "runtime/tokenizer.h"
#include "runtime/types.h"

#include <optional>
#include <string>
#include <string_view>

enum class Role : i32 { System, User, Assistant };

class Turns {
public:
  /// For messages of up to so many bytes, and a system message before the first one of so many.
  Turns(const TokenizerTables &given_tables, u64 longest, u64 longest_system) : tables(given_tables) {
    make_room(longest, longest_system);
  }

  /// The same for longer ones.
  void make_room(u64 longest, u64 longest_system) {
    const u64 bytes = text.size() + longest + longest_system + kRoomForMarks;
    if (bytes <= room)
      return;
    room = bytes;
    text.reserve(room);
    tokenizer.emplace(tables, room);
  }

  /// A message as the chat template sees it.
  static std::string_view content_of(std::string_view message) {
    return kChatStripsContent ? strip_spaces(message) : message;
  }

  /// Says something. Nothing in it stands for a special token, but in what the system says.
  void say(Role role, std::string_view message, Conversation &conversation) {
    bool first = conversation.is_empty() && text.empty();
    if (first && role != Role::System && *kSystemPrompt != '\0') {
      say(Role::System, kSystemPrompt, conversation); // as if somebody had said it
      first = false;
    }
    if (role == Role::System) {
      if (*kChatSystemProblem != '\0')
        fail("there is no system message for this model: %s", kChatSystemProblem);
      if (!first)
        fail("a system message comes before everything else");
      text.append(kChatSystemPrefix).append(content_of(message)).append(kChatSystemSuffix);
      return;
    }
    if (literal.last > 0)
      read_on(conversation); // one text that is taken literally at a time
    if (first)
      text.append(kChatBeforeFirst);
    else
      close_answer(conversation);
    if (conversation.is_empty())
      conversation.kept = count_of(text);
    const bool user = role == Role::User;
    text.append(user ? kChatUserPrefix : kChatAssistantPrefix);
    const std::string_view content = user ? content_of(message) : message;
    literal = {text.size(), text.size() + content.size()};
    text.append(content).append(user ? kChatUserSuffix : kChatAssistantSuffix);
  }

  /// Whether something was said that is not in the prompt yet.
  bool is_waiting() const { return !text.empty(); }

  /// Puts what was said, and how an answer begins, into the prompt.
  void ask(Conversation &conversation) {
    text.append(kChatAnswerPrefix);
    read_on(conversation);
  }

  void forget() {
    text.clear();
    literal = {};
  }

private:
  static constexpr u64 kRoomForMarks =
      std::char_traits<char>::length(kChatBeforeFirst) + std::char_traits<char>::length(kSystemPrompt) +
      std::char_traits<char>::length(kChatSystemPrefix) + std::char_traits<char>::length(kChatSystemSuffix) +
      std::char_traits<char>::length(kChatUserPrefix) + std::char_traits<char>::length(kChatUserSuffix) +
      std::char_traits<char>::length(kChatAssistantPrefix) * 2 +
      std::char_traits<char>::length(kChatAssistantSuffix) * 2 + std::char_traits<char>::length(kChatAnswerPrefix);

  /// Whatever ended the answer before: its stop token was not read.
  void close_answer(const Conversation &conversation) {
    if (text.empty() && conversation.prompt.count() == 0 && conversation.is_open())
      text.append(kChatAssistantSuffix);
  }

  /// Puts what was said into the prompt.
  void read_on(Conversation &conversation) {
    bool begins_text = conversation.is_empty(); // nothing is there yet
    if (conversation.prompt.count() == 0)
      conversation.begin_prompt();
    const auto add = [&](i32 id) {
      if (begins_text && id != kBeginningToken) // the template may have written it itself
        conversation.prompt.begin_text();
      begins_text = false;
      conversation.prompt.add(id);
    };
    tokenizer->encode(text, add, literal, begins_text ? Start::Text : Start::Middle);
    if (begins_text)
      conversation.prompt.begin_text();
    forget();
  }

  /// Tokens that a conversation begins with before the first message, which are kept when others are forgotten.
  i32 count_of(std::string_view beginning) {
    i32 count = 0;
    bool has_beginning = false;
    tokenizer->encode(beginning, [&](i32 id) {
      has_beginning = has_beginning || (count == 0 && id == kBeginningToken);
      ++count;
    });
    if (!has_beginning && kAddBeginning && kBeginningToken >= 0)
      ++count;
    return count < kContext / 2 ? count : kContext / 2;
  }

  const TokenizerTables &tables;
  std::string text; // that is not in the prompt yet; within what is reserved
  LiteralRange literal;
  u64 room = 0; // bytes
  std::optional<Tokenizer> tokenizer;
};
