//===- pieces_llama3.h - Pieces of Llama 3 and Qwen --------------*- C++ -*-===//
//
// Where text is cut before tokens are merged, which never cross the borders of pieces: at the matches of
//
//     (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*
//     |\s*[\r\n]+|\s+(?!\S)|\s+
//
// where Qwen has `\p{N}` instead of `\p{N}{1,3}`, and Seed-Coder, beside that, no line ends behind signs. What counts
// as a letter is a parameter (pieces_marked.h). Tested by tests/emitted/test_tokenizer.py against the `tokenizers`
// package.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/characters.h"
#include "runtime/expression_parts.h"
#include "runtime/types.h"

#include <string_view>

/// A number is cut into pieces of up to `kDigits` digits. kTakesLineEnds: signs do, that stand behind them.
/// `Classes` are those of run_end.
template <u32 kDigits, bool kTakesLineEnds = true, class Classes = PlainCharacters> struct LetterRunPieces {
  /// Calls `each(std::string_view)` for every piece of `text`.
  template <class Each> static void for_each(std::string_view text, Each &&each) {
    for_each_match<first_bytes>(text, each);
  }

private:
  /// Bytes of the first match in `text`, which is not empty; the expression always matches at the beginning.
  static u64 first_bytes(std::string_view text) {
    if (const u64 contraction = contraction_of_any_case(text); contraction > 0)
      return contraction;

    const Character first = Classes::first(text);
    if (first.kind == CharacterKind::Letter)
      return run_end<Classes>(text, first.bytes, CharacterKind::Letter);
    if (first.kind == CharacterKind::Number)
      return numbers_end(text, kDigits);
    // One character that is no line end may come before letters.
    if (!is_line_end(text[0]))
      if (const u64 end = run_end<Classes>(text, first.bytes, CharacterKind::Letter); end > first.bytes)
        return end;

    const u64 from = text[0] == ' ' ? 1 : 0;
    if (const u64 end = run_end<Classes>(text, from, CharacterKind::Other); end > from)
      return kTakesLineEnds ? line_ends_end(text, end) : end;
    if (const u64 end = last_line_end(text); end > 0)
      return end;
    return spaces_before_word(text);
  }
};

using Llama3Pieces = LetterRunPieces<3>;
using QwenPieces = LetterRunPieces<1>;
using SeedCoderPieces = LetterRunPieces<1, false>;
