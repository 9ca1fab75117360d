//===- pieces_each_number.h - Numbers one by one ------------------*- C++ -*-===//
//
// `\p{N}` as a step of its own (pieces_steps.h). Tested by tests/emitted/test_tokenizer_families.py against the
// `tokenizers` package.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/characters.h"
#include "runtime/types.h"

#include <string_view>

struct EachNumber {
  static u64 bytes(std::string_view text) {
    const Character first = first_character(text);
    return first.kind == CharacterKind::Number ? first.bytes : 0;
  }
};
