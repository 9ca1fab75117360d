//===- turns.h - Turns of a conversation -------------------------*- C++ -*-===//
//
// The compiler has evaluated the model's chat template; here its pieces are put around what is said. What is said waits
// until an answer begins, because what stands around a message depends on those behind it; then it becomes tokens, as
// much as possible at once, because those depend on what stands beside them. Needs kChat... Tested by
// tests/emitted/test_chat.py and test_c_api_state.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/conversation.h"
#include "runtime/earlier_answer.h"
#include "runtime/fail.h"
#include "runtime/strip_spaces.h"
#include "runtime/token_buffer.h"
#include "runtime/tokenizer.h"
#include "runtime/tool_turns.h"
#include "runtime/types.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

enum class Role : i32 { System, User, Assistant, Tool };

class Turns {
public:
  /// For messages of up to so many bytes, and a system message before the first one of so many.
  Turns(const TokenizerTables &given_tables, u64 longest, u64 longest_system)
      : tables(given_tables), earlier(given_tables) {
    waiting.reserve(4); // a program says no more at once
    make_room(longest, longest_system);
  }

  /// The same for longer ones.
  void make_room(u64 longest, u64 longest_system) {
    const u64 bytes = said.size() + longest + longest_system + kRoomForMarks + earlier.room();
    said.reserve(bytes);
    if (bytes <= room)
      return;
    room = bytes;
    text.reserve(room);
    tokenizer.emplace(tables, room);
  }

  /// What the user says as the chat template sees it.
  static std::string_view content_of(std::string_view message) { return stripped(ChatChanges::kUser, message); }

  /// Bytes that make_room must count for a message of so many.
  static constexpr u64 most_bytes(Role role, u64 bytes) {
    return role == Role::Tool ? ToolTurns::most_bytes(bytes) : bytes;
  }

  /// Says something. Nothing in it stands for a special token, but in what the system says.
  void say(Role role, std::string_view message, const Conversation &conversation) {
    const bool first = conversation.is_empty() && waiting.empty();
    if (role == Role::System && *kChatSystemProblem != '\0')
      fail("there is no system message for this model: %s", kChatSystemProblem);
    if (role == Role::System && !first)
      fail("a system message comes before everything else");
    if (role == Role::Tool)
      check_tool(conversation);
    if (first && role != Role::System && *kSystemPrompt != '\0')
      wait(Role::System, kSystemPrompt); // as if somebody had said it
    wait(role, message);
  }

  /// Whether something was said that is not in the prompt yet.
  bool is_waiting() const { return !waiting.empty(); }

  /// Puts what was said, and how an answer begins, into the prompt.
  void ask(Conversation &conversation) {
    for (std::size_t index = 0; index < waiting.size(); ++index)
      lay_out(index, conversation);
    text.append(kChatAnswerPrefix);
    read_on(conversation);
    forget();
  }

  void forget() {
    waiting.clear();
    said.clear();
    text.clear();
    literal = {};
    closes = false;
  }

private:
  static constexpr u64 kRoomForMarks =
      std::char_traits<char>::length(kChatBeforeFirst) + std::char_traits<char>::length(kSystemPrompt) +
      std::char_traits<char>::length(kChatSystemPrefix) + std::char_traits<char>::length(kChatSystemSuffix) +
      std::char_traits<char>::length(kChatUserPrefix) + std::char_traits<char>::length(kChatUserPrefixAfterSystem) +
      std::char_traits<char>::length(kChatUserSuffix) + std::char_traits<char>::length(kChatAssistantPrefix) * 2 +
      std::char_traits<char>::length(kChatAssistantSuffix) * 2 + std::char_traits<char>::length(kChatAnswerPrefix) +
      ToolTurns::kMarks;

  struct Message {
    Role role;
    u64 first, last; // its bytes in `said`
  };

  void wait(Role role, std::string_view message) {
    waiting.push_back({role, said.size(), said.size() + message.size()});
    said.append(message);
  }

  void check_tool(const Conversation &conversation) const {
    ToolTurns::require();
    if (waiting.empty() ? !ends_answer(conversation)
                        : waiting.back().role != Role::Assistant && waiting.back().role != Role::Tool)
      fail("a tool answers what the model has said, and it has said nothing");
  }

  static bool ends_answer(const Conversation &conversation) {
    return conversation.prompt.count() == 0 && conversation.is_open();
  }

  bool is_tool(std::size_t index) const { return index < waiting.size() && waiting[index].role == Role::Tool; }

  /// Whether an answer before that message stands as the template prints it for tools.
  bool is_for_tool(std::size_t index) const {
    const auto speaks_user = [](const Message &message) { return message.role == Role::User; };
    return is_tool(index) && (ToolTurns::kAlways || std::none_of(waiting.begin() + static_cast<std::ptrdiff_t>(index),
                                                                 waiting.end(), speaks_user));
  }

  /// Puts the template's words around a message.
  void lay_out(std::size_t index, Conversation &conversation) {
    const auto [role, first_byte, last_byte] = waiting[index];
    const std::string_view message = std::string_view(said).substr(first_byte, last_byte - first_byte);
    if (role == Role::System) {
      text.append(kChatSystemPrefix).append(stripped(ChatChanges::kSystem, message)).append(kChatSystemSuffix);
      return;
    }
    if (literal.last > 0)
      read_on(conversation); // one text that is taken literally at a time
    if (index == 0 && conversation.is_empty())
      text.append(kChatBeforeFirst);
    else if (index == 0)
      close_answer(role, conversation);
    if (conversation.is_empty())
      conversation.kept = count_of(text);
    if (role == Role::Tool) {
      literal = ToolTurns::add(message, index > 0 && is_tool(index - 1), text);
      text.append(ToolTurns::closing(is_tool(index + 1)));
    } else if (role == Role::Assistant) {
      const bool for_tool = is_for_tool(index + 1);
      text.append(kChatAssistantPrefix).append(for_tool ? ToolTurns::lead(message) : "");
      add_content(EarlierAnswer::changed(message, for_tool), answer_suffix(is_tool(index + 1)));
    } else if (index > 0 && waiting[index - 1].role == Role::System) {
      text.append(kChatUserPrefixAfterSystem);
      add_content(stripped(ChatChanges::kUserAfterSystem, message), kChatUserSuffix);
    } else {
      text.append(index > 0 && is_tool(index - 1) ? ToolTurns::kUserPrefix : kChatUserPrefix);
      add_content(content_of(message), kChatUserSuffix);
    }
  }

  static const char *answer_suffix(bool for_tool) { return for_tool ? ToolTurns::kAnswerSuffix : kChatAssistantSuffix; }

  void add_content(std::string_view content, const char *suffix) {
    literal = {text.size(), text.size() + content.size()};
    text.append(content).append(suffix);
  }

  /// Whatever ended the answer before: its stop token was not read.
  void close_answer(Role next, const Conversation &conversation) {
    closes = ends_answer(conversation);
    if (closes)
      text.append(answer_suffix(next == Role::Tool));
  }

  /// Puts what was laid out into the prompt.
  void read_on(Conversation &conversation) {
    bool begins_text = conversation.is_empty(); // nothing is there yet
    if (closes) {
      const std::string_view rest = earlier.change(conversation, *tokenizer, is_for_tool(0));
      text.insert(0, rest);
      literal = {literal.first + rest.size(), literal.last + rest.size()};
    }
    if (conversation.prompt.count() == 0)
      conversation.begin_prompt();
    const auto add = [&](i32 id) {
      if (begins_text && !TokenBuffer::begins_text(id))
        conversation.prompt.begin_text();
      begins_text = false;
      conversation.prompt.add(id);
    };
    tokenizer->encode(text, add, literal, begins_text ? Start::Text : Start::Middle);
    if (begins_text)
      conversation.prompt.begin_text();
    text.clear();
    literal = {};
    closes = false;
  }

  /// Tokens that a conversation begins with before the first message, which are kept when others are forgotten.
  i32 count_of(std::string_view beginning) {
    i32 count = 0;
    bool has_beginning = false;
    tokenizer->encode(beginning, [&](i32 id) {
      has_beginning = has_beginning || (count == 0 && TokenBuffer::begins_text(id));
      ++count;
    });
    if (!has_beginning)
      count += kBeforeTextCount;
    return count < kContext / 2 ? count : kContext / 2;
  }

  const TokenizerTables &tables;
  std::vector<Message> waiting; // what no answer has begun for yet
  std::string said;             // their texts
  std::string text;             // laid out and not in the prompt yet; within what is reserved
  LiteralRange literal;
  EarlierAnswer earlier;
  bool closes = false; // `text` closes an answer
  u64 room = 0;        // bytes
  std::optional<Tokenizer> tokenizer;
};
