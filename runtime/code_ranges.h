//===- code_ranges.h - Sets of code points -----------------------*- C++ -*-===//
//
// The form in which the generated tables unicode_*.h hold them. Tested with them by tests/emitted/test_tokenizer.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

#include <cstddef>

/// Code points from first to last, both included.
struct CodeRange {
  u32 first, last;
};

template <std::size_t Count> constexpr bool in_ranges(const CodeRange (&ranges)[Count], u32 code) {
  std::size_t low = 0, high = Count; // the range that may hold `code` is in [low, high)
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (code < ranges[middle].first)
      high = middle;
    else if (code > ranges[middle].last)
      low = middle + 1;
    else
      return true;
  }
  return false;
}
