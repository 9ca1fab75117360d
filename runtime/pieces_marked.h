//===- pieces_marked.h - Qwen 3.5's pieces ----------------------*- C++ -*-===//
//
// Qwen's expression (pieces_llama3.h) with marks beside letters: `[\p{L}\p{M}]+` in the place of `\p{L}+`, and no mark
// counts as a sign. One that could stand before letters belongs to them all the same. Tested by
// tests/emitted/test_tokenizer_families.py against the `tokenizers` package.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/characters.h"
#include "runtime/code_ranges.h"
#include "runtime/pieces_llama3.h"
#include "runtime/unicode_marks.h"
#include "runtime/utf8.h"

#include <string_view>

struct LettersAndMarks {
  static Character first(std::string_view text) {
    Character next = first_character(text);
    if (next.kind == CharacterKind::Other && next.bytes > 1 && in_ranges(kMarks, code_point(text, next.bytes)))
      next.kind = CharacterKind::Letter;
    return next;
  }
};

using Qwen35Pieces = LetterRunPieces<1, true, LettersAndMarks>;
