//===- CodesTest.cpp - Where rows of codes lie ----------------------------===//

#include "runtime/codes.h"
#include "runtime/group_codes.h"

#include <gtest/gtest.h>
#include <vector>

TEST(CodesTest, ScalesAndZeroPointsFollowTheCodes) {
  constexpr i32 kTokens = 3, kColumns = 64;
  alignas(64) u8 memory[kTokens * (kColumns + 8)] = {};
  const Codes codes = codes_at(memory, kTokens, kColumns);
  for (i32 token = 0; token < kTokens; ++token) {
    const Codes row = codes.row(token, kColumns);
    for (i32 k = 0; k < kColumns; ++k)
      row.codes[k] = static_cast<u8>(10 * token + k);
    *row.scale = 0.5f * static_cast<f32>(token + 1);
    *row.zero = token - 1;
  }
  for (i32 token = 0; token < kTokens; ++token) { // nobody wrote over another
    EXPECT_EQ(memory[kColumns * token + 63], 10 * token + 63);
    EXPECT_EQ(codes.scale[token], 0.5f * static_cast<f32>(token + 1));
    EXPECT_EQ(codes.zero[token], token - 1);
  }
  EXPECT_EQ(reinterpret_cast<u8 *>(codes.zero + kTokens), memory + sizeof memory); // and none beyond the end
}

TEST(CodesTest, ScalesAndSumsOfGroupsFollowTheCodes) {
  constexpr i32 kTokens = 3, kColumns = 64;
  alignas(64) u8 memory[kTokens * (kColumns + 12 * kColumns / kCodeGroup)] = {};
  const GroupCodes codes = group_codes_at(memory, kTokens, kColumns);
  for (i32 token = 0; token < kTokens; ++token) {
    const GroupCodes row = codes.row(token, kColumns);
    for (i32 k = 0; k < kColumns; ++k)
      row.codes[k] = static_cast<i8>(k - 10 * token);
    for (i32 group = 0; group < 2; ++group) {
      row.scale[group] = static_cast<f32>(2 * token + group);
      row.sum[group] = -100 * token - group;
      row.weighed[group] = 0.25f * static_cast<f32>(2 * token + group);
    }
  }
  for (i32 token = 0; token < kTokens; ++token) { // nobody wrote over another
    EXPECT_EQ(codes.codes[kColumns * token + 63], 63 - 10 * token);
    for (i32 group = 0; group < 2; ++group) {
      EXPECT_EQ(codes.scale[2 * token + group], static_cast<f32>(2 * token + group));
      EXPECT_EQ(codes.sum[2 * token + group], -100 * token - group);
      EXPECT_EQ(codes.weighed[2 * token + group], 0.25f * static_cast<f32>(2 * token + group));
    }
  }
  EXPECT_EQ(reinterpret_cast<u8 *>(codes.weighed + 2 * kTokens), memory + sizeof memory); // and none beyond the end
}
