//===- pieces_kimi.h - Kimi K2's pieces ---------------------------*- C++ -*-===//
//
// GPT-4o's expression (pieces_cased.h) with Chinese characters for themselves: runs of them are pieces, `\p{Han}+`
// before everything else, and no part of other words; and a slash does not go on as line ends do. Tested by
// tests/emitted/test_tokenizer_families.py against the `tokenizers` package.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/code_ranges.h"
#include "runtime/pieces_cased.h"
#include "runtime/pieces_runs.h"
#include "runtime/types.h"
#include "runtime/unicode_han.h"

#include <string_view>

struct ChineseApart {
  static constexpr bool kSlashGoesOn = false;
  static bool has(u32 code) { return in_ranges(kHan, code); }
  static u64 run_bytes(std::string_view text) { return RunOf<ChineseApart>::bytes(text); }
};

using KimiPieces = CasedPieces<3, true, ChineseApart>;
