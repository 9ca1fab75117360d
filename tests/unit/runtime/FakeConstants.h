//===- FakeConstants.h - What the emitter would write ------------*- C++ -*-===//
//
// The constants that runtime headers need, for a model that does not exist. Included before any of them.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

constexpr const char *kName = "fake", *kSource = "fake.gguf", *kTarget = "none", *kWeebillVersion = "0.1.0";
constexpr const char *kWeightsFile = "fake.weights", *kRecipe = "--weights f32";
constexpr i32 kVocabulary = 300, kContext = 96, kChunk = 16;
constexpr u64 kWeightBytes = 4096, kCacheBytes = 4096, kArenaBytes = 512, kStackBytes = 1 << 18;
constexpr u64 kContentHash = 0x0123456789abcdef, kLayoutHash = 0x1111222233334444, kWeightsFileBytes = 64 + 4096,
              kTokenizerBytes = 4096;
constexpr u64 kStateHash = 0x2222, kContentBytes = kWeightsFileBytes - 64, kOpeningOffset = 0, kOpeningBytes = 0,
              kOpeningHash = 0;
constexpr f32 kTemperature = 0, kTopP = 1, kMinP = 0, kRepeatPenalty = 1;
constexpr i32 kTopK = 0, kBeginningToken = -1, kBeforeText[] = {-1}, kBeforeTextCount = 0;
constexpr i32 kStopTokens[] = {257}, kStopTokenCount = 1;
constexpr bool kHasTokenizer = true, kHasChat = true, kWeightsInside = false;
constexpr const char *kChatSystemProblem = "";
