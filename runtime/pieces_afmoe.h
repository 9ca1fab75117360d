//===- pieces_afmoe.h - AFMoE's pieces ----------------------------*- C++ -*-===//
//
// Where text is cut before tokens are merged, which never cross the borders of pieces: first decimal digits in a row,
// in threes from the end, which the tokenizer says with three expressions because one of them would look ahead too far;
// then runs of the letters of some scripts; then as DeepSeek 3 does at last (pieces_deepseek.h).
//
//     \p{Nd}{1,510}(?=(?>\p{Nd}{510})*(?:\P{Nd}|$))|\G\p{Nd}{510}
//     \A\p{Nd}{1,2}(?=\p{Nd}{3}+\z)
//     \A\p{Nd}{3}|\G\p{Nd}{3}
//     [\u4e00-\u9fff\u3040-\u30ff\u3400-\u4dbf\uf900-\ufaff\uff65-\uff9f\u2f00-\u2fdf]+|[\u0e00-\u0e7f]+
//     |[\u0e80-\u0eff]+|[\u1780-\u17ff]+|[\u1000-\u109f\uaa60-\uaa7f\ua9e0-\ua9ff]+|[\uac00-\ud7af\u1100-\u11ff]+
//
// Tested by tests/emitted/test_tokenizer_families.py against the `tokenizers` package.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/code_ranges.h"
#include "runtime/pieces_deepseek.h"
#include "runtime/pieces_runs.h"
#include "runtime/pieces_steps.h"
#include "runtime/pieces_threes.h"
#include "runtime/pieces_whole.h"
#include "runtime/types.h"

#include <string_view>

/// Chinese and Japanese, Thai, Lao, Khmer, Burmese, Korean: a character is in one of the sets or in none.
struct ScriptRun {
  static u64 bytes(std::string_view text) {
    for (u64 (*run_bytes)(std::string_view) :
         {RunOf<ChineseOrJapanese>::bytes, RunOf<From<0xe00, 0xe7f>>::bytes, RunOf<From<0xe80, 0xeff>>::bytes,
          RunOf<From<0x1780, 0x17ff>>::bytes, RunOf<Burmese>::bytes, RunOf<Korean>::bytes})
      if (const u64 bytes = run_bytes(text); bytes > 0)
        return bytes;
    return 0;
  }

private:
  template <u32 kFirst, u32 kLast> struct From {
    static bool has(u32 code) { return code >= kFirst && code <= kLast; }
  };
  struct ChineseOrJapanese {
    static bool has(u32 code) { return in_ranges(kRanges, code); }
    static constexpr CodeRange kRanges[] = {{0x2f00, 0x2fdf}, {0x3040, 0x30ff}, {0x3400, 0x4dbf},
                                            {0x4e00, 0x9fff}, {0xf900, 0xfaff}, {0xff65, 0xff9f}};
  };
  struct Burmese {
    static bool has(u32 code) {
      return From<0x1000, 0x109f>::has(code) || From<0xa9e0, 0xa9ff>::has(code) || From<0xaa60, 0xaa7f>::has(code);
    }
  };
  struct Korean {
    static bool has(u32 code) { return From<0x1100, 0x11ff>::has(code) || From<0xac00, 0xd7af>::has(code); }
  };
};

struct BeforeAnything {
  static bool ends(std::string_view) { return true; }
};

using AfmoePieces = CutOutThrees<BeforeAnything, CutOut<ScriptRun, CutOut<WordsAndSigns, WholePieces>>>;
