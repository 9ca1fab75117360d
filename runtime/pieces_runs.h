//===- pieces_runs.h - Runs of a set of characters --------------*- C++ -*-===//
//
// `[...]+` as a step of its own (pieces_steps.h). Tested by tests/emitted/test_tokenizer_families.py against the
// `tokenizers` package.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"
#include "runtime/utf8.h"

#include <string_view>

/// Characters of which `Set::has` is true, one or more.
template <class Set> struct RunOf {
  static u64 bytes(std::string_view text) { return end(text, 0); }

  static u64 end(std::string_view text, u64 from) {
    while (from < text.size()) {
      const u32 next = whole_character(text.substr(from));
      if (next == 0 || !Set::has(code_point(text.substr(from), next)))
        break;
      from += next;
    }
    return from;
  }
};

/// Chinese characters and Japanese syllables, none of which is a sign or a space: `[\u4e00-\u9fa5\u3040-\u30ff]`.
struct ChineseOrKana {
  static bool has(u32 code) { return (code >= 0x3040 && code <= 0x30ff) || (code >= 0x4e00 && code <= 0x9fa5); }
};
