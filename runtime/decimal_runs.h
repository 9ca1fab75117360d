//===- decimal_runs.h - Decimal digits in a row -----------------*- C++ -*-===//
//
// What the steps that group the digits of a number as people do, `1|234|567`, have in common. They look ahead to the
// end of the number, so it is measured once and not at every digit. Tested by tests/emitted/test_tokenizer_families.py
// against the `tokenizers` package.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/code_ranges.h"
#include "runtime/types.h"
#include "runtime/unicode_decimals.h"
#include "runtime/utf8.h"

#include <string_view>

/// `\d+` from a place on.
struct DecimalRun {
  u64 end, digits;

  static DecimalRun at(std::string_view text, u64 from) {
    DecimalRun run{from, 0};
    while (run.end < text.size()) {
      const u32 bytes = whole_character(text.substr(run.end));
      if (bytes == 0 || !in_ranges(kDecimalDigits, code_point(text.substr(run.end), bytes)))
        break;
      run.end += bytes;
      ++run.digits;
    }
    return run;
  }
};

/// The end of `digits` decimal digits.
inline u64 after_decimals(std::string_view text, u64 from, u64 digits) {
  for (; digits > 0; --digits)
    from += whole_character(text.substr(from));
  return from;
}

/// Calls `each(std::string_view)` for the digits of a run that begins at `at`, in threes from its end; the first group
/// may be shorter.
template <class Each> void for_each_three(std::string_view text, u64 at, DecimalRun run, Each &&each) {
  for (u64 left = run.digits; left > 0;) {
    const u64 digits = left % 3 > 0 ? left % 3 : 3, end = after_decimals(text, at, digits);
    each(text.substr(at, end - at));
    at = end;
    left -= digits;
  }
}
