//===- pieces_three_digits.h - Numbers in threes ----------------*- C++ -*-===//
//
// `\p{N}{1,3}` as a step of its own (pieces_steps.h), from the front of every number on: DeepSeek 3 and MiniCPM 5 begin
// with it. Tested by tests/emitted/test_tokenizer_families.py against the `tokenizers` package.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/expression_parts.h"
#include "runtime/types.h"

#include <string_view>

struct ThreeDigits {
  static u64 bytes(std::string_view text) { return numbers_end(text, 3); }
};
