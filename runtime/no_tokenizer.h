//===- no_tokenizer.h - A model that speaks in numbers -----------*- C++ -*-===//
//
// In the place of tokenizer.h and all that it needs, where a model has no tokenizer. Nothing here is ever called: there
// are no tables, and without them the program takes and prints ids. Tested by tests/emitted/test_program.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

#include <string_view>

struct TokenizerTables {
  TokenizerTables(const u8 *, u64) {}
  bool is_printed(i32) const { return false; }
  std::string_view token_text(i32) const { return {}; }
};

struct LiteralRange {
  u64 first = 0, last = 0;
};

struct Tokenizer {
  Tokenizer(const TokenizerTables &, u64) {}
  template <class Each> void encode(std::string_view, Each &&, LiteralRange) {}
  static std::string_view printed_text(std::string_view text, bool &) { return text; }
  static constexpr bool kReplacesEachByte = false;
};
