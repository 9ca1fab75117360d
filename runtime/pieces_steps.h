//===- pieces_steps.h - Text that is cut several times -----------*- C++ -*-===//
//
// Some tokenizers have one expression after the other: what one cuts out, and what lies between, the next one cuts
// again, and sees nothing beyond it. Tested by tests/emitted/test_tokenizer.py against the `tokenizers` package.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/characters.h"
#include "runtime/types.h"

#include <string_view>

/// Cuts out what `Match` matches: `Match::bytes(rest)` says how many bytes `rest`, which is not empty, begins with, 0
/// for none. `Next::for_each` gets the parts, in order.
template <class Match, class Next> struct CutOut {
  template <class Each> static void for_each(std::string_view text, Each &&each) {
    u64 from = 0; // of what no match has
    const auto part_up_to = [&](u64 end) {
      if (end > from)
        Next::for_each(text.substr(from, end - from), each);
      from = end;
    };
    for (u64 at = 0; at < text.size();) {
      const std::string_view rest = text.substr(at);
      const u64 bytes = Match::bytes(rest);
      if (bytes > 0) {
        part_up_to(at);
        part_up_to(at + bytes);
      }
      at += bytes > 0 ? bytes : first_character(rest).bytes;
    }
    part_up_to(text.size());
  }
};
