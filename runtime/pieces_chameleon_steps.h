//===- pieces_chameleon_steps.h - Pieces of Chameleon's own file --*- C++ -*-===//
//
// Where text is cut before tokens are merged, as Chameleon's tokenizer.json has it: pieces_chameleon.h with the steps
// `Digits` and `Punctuation` in the place of two expressions. They know other versions of Unicode. Tested by
// tests/emitted/test_tokenizer_families.py against the `tokenizers` package.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/code_ranges.h"
#include "runtime/pieces_chameleon.h"
#include "runtime/pieces_deepseek_coder.h"
#include "runtime/pieces_gpt2.h"
#include "runtime/pieces_steps.h"
#include "runtime/types.h"
#include "runtime/unicode_step_signs.h"
#include "runtime/utf8.h"

#include <string_view>

struct EachSignOfStep {
  static u64 bytes(std::string_view text) {
    const u64 known = EachSign::bytes(text);
    const u32 whole = whole_character(text);
    const bool otherwise = whole > 1 && in_ranges(kOtherwiseInStep, code_point(text, whole));
    return !otherwise ? known : known > 0 ? 0 : whole;
  }
};

using ChameleonSteps = CutOut<EachDigit, CutOut<EachSignOfStep, Gpt2Pieces>>;
using ChameleonOwnPieces = CutOut<SentinelName, CutOut<ImageName, CutOut<WideSpace, ChameleonSteps>>>;
