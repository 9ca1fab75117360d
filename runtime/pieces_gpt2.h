//===- pieces_gpt2.h - GPT-2's pieces ----------------------------*- C++ -*-===//
//
// Where text is cut before tokens are merged, which never cross the borders of pieces: GPT-2's are the matches of
//
//     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
//
// Tested by tests/emitted/test_tokenizer.py against the `tokenizers` package, and tests/unit/runtime/TokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/characters.h"
#include "runtime/types.h"

#include <string_view>

struct Gpt2Pieces {
  /// Calls `each(std::string_view)` for every piece of `text`.
  template <class Each> static void for_each(std::string_view text, Each &&each) {
    for_each_match<first_bytes>(text, each);
  }

private:
  /// Bytes of the first match in `text`, which is not empty; the expression always matches at the beginning.
  static u64 first_bytes(std::string_view text) {
    if (const u64 contraction = contraction_bytes(text); contraction > 0)
      return contraction;

    const Character first = first_character(text);
    if (first.kind != CharacterKind::Space)
      return run_end(text, first.bytes, first.kind);
    if (text[0] == ' ' && text.size() > 1)
      if (const Character second = first_character(text.substr(1)); second.kind != CharacterKind::Space)
        return run_end(text, 1 + second.bytes, second.kind);
    return spaces_before_word(text);
  }

  /// Bytes of the contraction that `text` begins with, 0 if there is none.
  static u64 contraction_bytes(std::string_view text) {
    for (std::string_view contraction : {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"})
      if (text.starts_with(contraction))
        return contraction.size();
    return 0;
  }
};
