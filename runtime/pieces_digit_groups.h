//===- pieces_digit_groups.h - SuperBPE's pieces ----------------*- C++ -*-===//
//
// Numbers are cut out, `\p{N}+`, and cut before every group of three digits, `(?=(\d{3})+(?!\d))`. Everything else is
// one piece, so tokens reach across words. Tested by tests/emitted/test_tokenizer_families.py
// against the `tokenizers` package.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/characters.h"
#include "runtime/decimal_runs.h"
#include "runtime/types.h"

#include <string_view>

/// `\p{N}+`.
struct NumberRun {
  static u64 bytes(std::string_view text) { return run_end(text, 0, CharacterKind::Number); }
};

/// Cuts before every group of three that ends with a number's end or a group; what is left over stays where it stands.
struct DigitGroupPieces {
  template <class Each> static void for_each(std::string_view text, Each &&each) {
    u64 from = 0;
    for (u64 at = 0; at < text.size();) {
      const DecimalRun run = DecimalRun::at(text, at);
      if (run.digits == 0) {
        at += first_character(text.substr(at)).bytes;
        continue;
      }
      at = after_decimals(text, at, run.digits % 3);
      for (; at < run.end; at = after_decimals(text, at, 3)) {
        if (at > from)
          each(text.substr(from, at - from));
        from = at;
      }
    }
    if (from < text.size())
      each(text.substr(from));
  }
};
