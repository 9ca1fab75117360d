//===- pieces_spaces.h - A piece begins with its space -----------*- C++ -*-===//
//
// Where text is cut before tokens are merged, which never cross the borders of pieces: before spaces. Tested by
// tests/emitted/test_tokenizer.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

#include <algorithm>
#include <string_view>

/// Before every space, or only before the first of several (`kRuns`). The latter is the same as not cutting at all for
/// a vocabulary without tokens that have a space behind something else, and costs less.
template <bool kRuns> struct SpacePieces {
  template <class Each> static void for_each(std::string_view text, Each &&each) {
    while (!text.empty()) {
      u64 from = 1;
      while (kRuns && from < text.size() && text[from - 1] == ' ' && text[from] == ' ')
        ++from;
      const std::string_view piece = text.substr(0, text.find(' ', from));
      each(piece);
      text.remove_prefix(piece.size());
    }
  }
};

using WordPieces = SpacePieces<false>;
using SpaceRunPieces = SpacePieces<true>;
