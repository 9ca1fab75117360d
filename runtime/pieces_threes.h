//===- pieces_threes.h - Decimal digits in threes -----------------*- C++ -*-===//
//
// `1|234|567` as a step of its own (pieces_steps.h). Tested by tests/emitted/test_tokenizer_families.py against the
// `tokenizers` package.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/characters.h"
#include "runtime/decimal_runs.h"
#include "runtime/types.h"

#include <string_view>

/// Cuts out decimal digits in a row, in groups of three of which the first may be shorter, where `Behind::ends` what
/// follows them.
template <class Behind, class Next> struct CutOutThrees {
  template <class Each> static void for_each(std::string_view text, Each &&each) {
    u64 from = 0; // of what no match has
    for (u64 at = 0; at < text.size();) {
      const DecimalRun run = DecimalRun::at(text, at);
      if (run.digits == 0) {
        at += first_character(text.substr(at)).bytes;
        continue;
      }
      if (Behind::ends(text.substr(run.end))) {
        if (at > from)
          Next::for_each(text.substr(from, at - from), each);
        for_each_three(text, at, run, [&](std::string_view digits) { Next::for_each(digits, each); });
        from = run.end;
      }
      at = run.end;
    }
    if (from < text.size())
      Next::for_each(text.substr(from), each);
  }
};
