//===- chat.h - A conversation with a person or a pipe -----------*- C++ -*-===//
//
// Every line of standard input is a turn, and so are the lines between two lines """, and what a person pastes into a
// terminal. The cache keeps the conversation, so a turn costs only its own tokens. Tested by tests/emitted/test_chat.py
// and test_terminal.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/fail.h"
#include "runtime/line_editor.h"
#include "runtime/line_reader.h"
#include "runtime/options.h"
#include "runtime/output.h"
#include "runtime/platform/platform.h"
#include "runtime/platform/terminal.h"
#include "runtime/session.h"
#include "runtime/turns.h"
#include "runtime/types.h"

#include <cstdio>
#include <string>
#include <string_view>

class Chat {
public:
  explicit Chat(Session &given_session)
      : session(given_session), options(given_session.options),
        is_terminal(platform::is_terminal(platform::Stream::Input)),
        longest(options.prompt.has_value() ? options.prompt->size() : kLongestTurn), lines("a turn", longest),
        editor(lines, terminal, longest),
        turns(*given_session.tables, longest, options.system != nullptr ? std::string_view(options.system).size() : 0) {
    block.reserve(options.prompt.has_value() ? 0 : longest + 1);
  }

  /// One turn with the prompt of the command line, or all turns that stdin has.
  void run() {
    if (options.system != nullptr && !session.conversation.is_empty())
      fail("--system comes too late: what was restored has begun already");
    if (options.prompt.has_value()) {
      answer(*options.prompt);
      return session.finish();
    }
    for (std::string_view typed; next_turn(typed);)
      if (!Turns::content_of(typed).empty())
        answer(typed);
    session.finish();
    if (is_terminal && !options.json)
      std::fputc('\n', stdout);
  }

private:
  static constexpr u64 kLongestTurn = 1 << 18; // bytes

  bool next_line(const char *sign, std::string_view &line) {
    check_output();
    if (!is_terminal || options.json)
      return lines.next(line);
    const bool more = editor.next(sign, ". ", line);
    check_output();
    return more;
  }

  /// False: there are no more.
  bool next_turn(std::string_view &typed) {
    constexpr std::string_view kMark = "\"\"\"";
    if (!next_line("> ", typed))
      return false;
    if (typed != kMark)
      return true;
    block.clear();
    for (std::string_view line; next_line(". ", line) && line != kMark;) {
      if (block.size() + line.size() > longest)
        lines.refuse();
      block.append(line).push_back('\n');
    }
    typed = std::string_view(block).substr(0, block.empty() ? 0 : block.size() - 1);
    return true;
  }

  void answer(std::string_view typed) {
    if (options.system != nullptr && session.conversation.is_empty())
      turns.say(Role::System, options.system, session.conversation);
    turns.say(Role::User, typed, session.conversation);
    turns.ask(session.conversation);
    if (session.read_prompt(true))
      session.generate(options.new_tokens >= 0 ? options.new_tokens : kContext);
  }

  Session &session;
  const Options &options;
  bool is_terminal;
  u64 longest;
  LineReader lines;
  platform::Terminal terminal;
  LineEditor<platform::Terminal> editor;
  Turns turns;
  std::string block; // lines of one turn; never longer than what is reserved
};
