//===- pieces_smollm.h - SmolLM's pieces -------------------------*- C++ -*-===//
//
// SmolLM first makes every number a text of its own: GPT-2's expression sees what lies between numbers, and nothing
// beyond it. That matters to `\s+(?!\S)`: of the spaces before a word it leaves the last one to the word, but those
// before a number or the end it takes whole. The reference's digit splitter knows a newer Unicode than its regular
// expressions. Tested by tests/emitted/test_tokenizer.py against the `tokenizers` package, and
// tests/unit/runtime/TokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/characters.h"
#include "runtime/pieces_gpt2.h"
#include "runtime/types.h"
#include "runtime/unicode_digits.h"

#include <string_view>

struct SmollmPieces {
  /// Calls `each(std::string_view)` for every piece of `text`.
  template <class Each> static void for_each(std::string_view text, Each &&each) {
    for_each_match<segment_bytes>(text, [&](std::string_view segment) { Gpt2Pieces::for_each(segment, each); });
  }

private:
  /// Bytes before the first number in `text`, or of that number if the text begins with it.
  static u64 segment_bytes(std::string_view text) {
    for (u64 at = 0; at < text.size();) {
      const std::string_view rest = text.substr(at);
      const Character next = first_character(rest);
      if (next.kind == CharacterKind::Number || is_newer_number(rest, next))
        return at > 0 ? at : next.bytes;
      at += next.bytes;
    }
    return text.size();
  }

  static bool is_newer_number(std::string_view text, Character character) {
    return character.bytes > 1 && in_ranges(kNewerNumbers, code_point(text, character.bytes));
  }
};
