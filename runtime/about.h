//===- about.h - What a program can say of itself ----------------*- C++ -*-===//
//
// For callers that do not see the macros of NAME.h, such as other languages. Tested by
// tests/emitted/test_c_api_state.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

#include <cstdio>

/// MODEL_INTERFACE of model_interface.h.
constexpr i32 kInterface = 2;

struct About {
  /// A text by its number in NAME.h; nullptr: there is none of that number.
  static const char *text(i32 what) {
    static const HashText hash;
    const char *const texts[] = {kName,
                                 kWeebillVersion,
                                 kSource,
                                 kModelTitle,
                                 kModelLicense,
                                 kTarget,
                                 target_supported() ? target_name() : "",
                                 hash.digits,
                                 kSystemPrompt};
    constexpr i32 kCount = sizeof texts / sizeof *texts;
    return what >= 0 && what < kCount ? texts[what] : nullptr;
  }

  /// A number by its number in NAME.h; -1: there is none of that number.
  static i64 number(i32 what) {
    constexpr i64 kFacts[] = {kVocabulary,
                              kContext,
                              kBeginningToken,
                              kBeforeTextCount == 1 && kBeforeText[0] == kBeginningToken,
                              kHasTokenizer,
                              kHasChat,
                              static_cast<i64>(kWeightsFileBytes),
                              static_cast<i64>(kCacheBytes),
                              kInterface,
                              kModel,
                              kBeforeTextCount};
    constexpr i32 kCount = sizeof kFacts / sizeof *kFacts;
    return what >= 0 && what < kCount ? kFacts[what] : -1;
  }

  /// A token that stands before every text, by its place there; -1: there is none at that place.
  static i32 before_text(i32 index) { return index >= 0 && index < kBeforeTextCount ? kBeforeText[index] : -1; }

private:
  struct HashText {
    char digits[17];
    HashText() { std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(kContentHash)); }
  };
};
