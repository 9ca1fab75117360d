//===- CodesTest.cpp - Where rows of codes lie ----------------------------===//

#include "runtime/codes.h"

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
