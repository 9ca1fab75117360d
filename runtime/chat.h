//===- chat.h - Turns of a conversation --------------------------*- C++ -*-===//
//
// The compiler has evaluated the model's chat template; here its pieces are put around what is said. The cache keeps
// the conversation, so a turn costs only its own tokens. Tested by tests/emitted/test_program.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/line_reader.h"
#include "runtime/options.h"
#include "runtime/output.h"
#include "runtime/platform/platform.h"
#include "runtime/session.h"
#include "runtime/strip_spaces.h"
#include "runtime/tokenizer.h"
#include "runtime/types.h"

#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

class Chat {
public:
  explicit Chat(Session &session)
      : session(session), options(session.options), longest(longest_turn(options)),
        tokenizer(*session.tables, longest + kRoomForMarks + system_bytes(options)) {
    text.reserve(longest + kRoomForMarks + system_bytes(options));
  }

  /// One turn with the prompt of the command line, or all turns that stdin has.
  void run() {
    if (options.prompt != nullptr)
      return answer(content_of(options.prompt));
    const bool terminal = platform::is_terminal(platform::Stream::Input);
    LineReader lines("a turn", longest);
    for (std::string_view typed;;) {
      if (terminal)
        std::fputs("> ", stdout);
      check_output();
      if (!lines.next(typed))
        break;
      if (typed = content_of(typed); !typed.empty())
        answer(typed);
    }
    if (terminal)
      std::fputc('\n', stdout);
  }

private:
  static constexpr u64 kLongestTurn = 1 << 18; // bytes of a line of stdin
  static constexpr u64 kRoomForMarks =
      std::char_traits<char>::length(kChatBeforeFirst) + std::char_traits<char>::length(kChatSystemPrefix) +
      std::char_traits<char>::length(kChatSystemSuffix) + std::char_traits<char>::length(kChatUserPrefix) +
      std::char_traits<char>::length(kChatUserSuffix) + std::char_traits<char>::length(kChatAssistantPrefix) +
      std::char_traits<char>::length(kChatAssistantSuffix);

  static u64 longest_turn(const Options &options) {
    return options.prompt != nullptr ? std::strlen(options.prompt) : kLongestTurn;
  }
  static u64 system_bytes(const Options &options) {
    return options.system != nullptr ? std::strlen(options.system) : 0;
  }

  /// A message as the chat template sees it.
  static std::string_view content_of(std::string_view message) {
    return kChatStripsContent ? strip_spaces(message) : message;
  }

  void answer(std::string_view typed) {
    const bool first = session.position() == 0;
    text.clear();
    if (!first)
      text.append(kChatAssistantSuffix); // closes the answer before, whatever ended it: the stop token was not read
    else if (options.system != nullptr)
      text.append(kChatSystemPrefix).append(content_of(options.system)).append(kChatSystemSuffix);
    else
      text.append(kChatBeforeFirst);
    const u64 before_user = text.size();
    text.append(kChatUserPrefix);
    const LiteralRange literal{text.size(), text.size() + typed.size()};
    text.append(typed).append(kChatUserSuffix).append(kChatAssistantPrefix);

    session.begin_prompt();
    if (first)
      session.keep_first(add_tokens(std::string_view(text).substr(0, before_user), {}, true));
    session.begin_prompt();
    add_tokens(text, literal, first);
    session.read_prompt();
    session.generate(options.new_tokens >= 0 ? options.new_tokens : kContext);
  }

  /// Puts the tokens of `said` into the prompt, which is empty or has what is not read yet. How many it has then.
  u64 add_tokens(std::string_view said, LiteralRange literal, bool begins) {
    bool begins_text = begins; // nothing is there yet
    const auto add = [&](i32 id) {
      if (begins_text && id != kBeginningToken) // the template may have written it itself
        session.prompt.begin_text();
      begins_text = false;
      session.prompt.add(id);
    };
    tokenizer.encode(said, add, literal, begins ? Start::Text : Start::Middle);
    if (begins_text)
      session.prompt.begin_text();
    return session.prompt.count();
  }

  Session &session;
  const Options &options;
  u64 longest;
  Tokenizer tokenizer;
  std::string text; // never longer than what is reserved
};
