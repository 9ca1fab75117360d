//===- pieces_youtu.h - Youtu's scripts -------------------------*- C++ -*-===//
//
// What Youtu cuts out before GPT-4o's expression with single digits (pieces_cased.h): runs of Korean letters, of
// signs of East Asia, of Bopomofo, and of Chinese characters with Japanese syllables.
//
//     [\uac00-\ud7a3\u3131-\u318e]+|[\uff01\u2026\u201c\u201d\u2018\u2019\u2014\uff1a\uff1b\uff0c\u3001-\u303f\ufe30-\ufe4f]+
//     |[\u3105-\u312f]+|[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+
//
// Tested by tests/emitted/test_tokenizer_families.py against the `tokenizers` package.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/code_ranges.h"
#include "runtime/pieces_runs.h"
#include "runtime/types.h"

#include <string_view>

struct KoreanLetter {
  static bool has(u32 code) { return (code >= 0x3131 && code <= 0x318e) || (code >= 0xac00 && code <= 0xd7a3); }
};

struct EastAsianSign {
  static bool has(u32 code) { return in_ranges(kRanges, code); }

private:
  static constexpr CodeRange kRanges[] = {{0x2014, 0x2014}, {0x2018, 0x2019}, {0x201c, 0x201d},
                                          {0x2026, 0x2026}, {0x3001, 0x303f}, {0xfe30, 0xfe4f},
                                          {0xff01, 0xff01}, {0xff0c, 0xff0c}, {0xff1a, 0xff1b}};
};

struct Bopomofo {
  static bool has(u32 code) { return code >= 0x3105 && code <= 0x312f; }
};

/// No character is in two of the sets, so a run of one begins where no other does.
struct EastAsianRun {
  static u64 bytes(std::string_view text) {
    u64 bytes = RunOf<KoreanLetter>::bytes(text);
    bytes = bytes > 0 ? bytes : RunOf<EastAsianSign>::bytes(text);
    bytes = bytes > 0 ? bytes : RunOf<Bopomofo>::bytes(text);
    return bytes > 0 ? bytes : RunOf<ChineseOrKana>::bytes(text);
  }
};
