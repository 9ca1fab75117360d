//===- no_text_commands.h - A program that knows no text ---------*- C++ -*-===//
//
// In the place of text_commands.h where the model has no tokenizer. parse_options.h refuses these commands before.
// Tested by tests/emitted/test_program_texts.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/fail.h"
#include "runtime/no_tokenizer.h"
#include "runtime/session.h"

#include <string_view>

[[noreturn]] inline void refuse_text() { fail("this model has no tokenizer"); }

inline void print_tokens_of_lines(const TokenizerTables &, std::string_view) { refuse_text(); }
inline void add_text(Session &, std::string_view) { refuse_text(); }
inline void run_chat(Session &) { refuse_text(); }
inline void print_perplexity(Session &, std::string_view) { refuse_text(); }

enum class Role : i32 { System, User, Assistant, Tool };

/// No template, no turns.
struct Turns {
  Turns(const TokenizerTables &, u64, u64) {}
  static constexpr u64 most_bytes(Role, u64 bytes) { return bytes; }
  void make_room(u64, u64) {}
  void say(Role, std::string_view, Conversation &) {}
  bool is_waiting() const { return false; }
  void ask(Conversation &) {}
  void forget() {}
};
