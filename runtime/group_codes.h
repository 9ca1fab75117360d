//===- group_codes.h - Activations as codes in groups ------------*- C++ -*-===//
//
// What weights whose codes are kept are multiplied by. Kernels write and read the codes; docs/numerics.md has their
// arithmetic. Tested by tests/unit/runtime/CodesTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

constexpr i32 kCodeGroup = 32;

/// Rows of 8-bit activation codes; a code stands for code * scale of its group of 32.
struct GroupCodes {
  i8 *codes;    // [tokens][columns]
  f32 *scale;   // [tokens][columns / 32]
  i32 *sum;     // [tokens][columns / 32] of the group's codes
  f32 *weighed; // [tokens][columns / 32] scale * sum

  GroupCodes row(i32 token, i32 columns) const {
    const i64 groups = i64{token} * (columns / kCodeGroup);
    return {codes + i64{token} * columns, scale + groups, sum + groups, weighed + groups};
  }
};

/// Codes in memory of tokens * (columns + 12 * columns / 32) bytes: behind the codes lie their scales, their sums, and
/// what these are worth.
inline GroupCodes group_codes_at(u8 *memory, i32 tokens, i32 columns) {
  const i64 groups = i64{tokens} * (columns / kCodeGroup);
  f32 *scale = reinterpret_cast<f32 *>(memory + i64{tokens} * columns);
  i32 *sum = reinterpret_cast<i32 *>(scale + groups);
  return {reinterpret_cast<i8 *>(memory), scale, sum, reinterpret_cast<f32 *>(sum + groups)};
}
