//===- answers_as_given.h - Earlier answers stay as they are -----*- C++ -*-===//
//
// For a chat template that prints an answer before the next message as the model wrote it: the cache goes on from
// there. earlier_answer.h is for others. Tested by tests/emitted/test_chat.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/conversation.h"
#include "runtime/tokenizer.h"
#include "runtime/types.h"

#include <string_view>

class EarlierAnswer {
public:
  explicit EarlierAnswer(const TokenizerTables &) {}

  static std::string_view changed(std::string_view answer, bool) { return answer; }
  static constexpr u64 room() { return 0; }
  static std::string_view change(Conversation &, Tokenizer &, bool) { return {}; }
};
