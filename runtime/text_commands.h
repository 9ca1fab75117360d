//===- text_commands.h - What a program does with text -----------*- C++ -*-===//
//
// The commands of program.h that need a tokenizer. no_text_commands.h stands in its place where there is none. Tested
// by tests/emitted/test_program_texts.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/chat.h"
#include "runtime/output.h"
#include "runtime/perplexity.h"
#include "runtime/session.h"
#include "runtime/tokenizer.h"
#include "runtime/types.h"

#include <algorithm>
#include <cstdio>
#include <string_view>

/// Calls `each(std::string_view)` for every line, without its line feed; the last line may do without one.
template <class Each> void for_each_line(std::string_view text, Each &&each) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    each(line);
  }
}

/// Ids of every line, comma separated, one line each.
inline void print_tokens_of_lines(const TokenizerTables &tables, std::string_view text) {
  Tokenizer::Room room{0, 0};
  for_each_line(text, [&](std::string_view line) {
    const Tokenizer::Room own = Tokenizer::room_for(tables, line);
    room = {std::max(room.text, own.text), std::max(room.piece, own.piece)};
  });
  Tokenizer tokenizer(tables, room);
  for_each_line(text, [&](std::string_view line) {
    const char *separator = "";
    const auto print_id = [&](i32 id) {
      std::printf("%s%d", separator, id);
      separator = ",";
    };
    std::for_each(kBeforeText, kBeforeText + kBeforeTextCount, print_id);
    tokenizer.encode(line, print_id);
    std::fputc('\n', stdout);
    if (std::ferror(stdout) != 0) // without flushing each line: most wait in the buffer
      check_output();
  });
}

/// A text that the model is to go on with, kept when other tokens are forgotten.
inline void add_text(Session &session, std::string_view text) {
  Conversation &conversation = session.conversation;
  Tokenizer tokenizer(*session.tables, text.size());
  const bool begins = conversation.is_empty();
  if (begins) {
    conversation.prompt.begin_text();
    conversation.kept = static_cast<i32>(conversation.prompt.count());
  }
  tokenizer.encode(text, [&](i32 id) { conversation.prompt.add(id); }, {}, begins ? Start::Text : Start::Middle);
}

inline void run_chat(Session &session) { Chat(session).run(); }
