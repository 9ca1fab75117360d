//===- codes.h - Activations as 8-bit codes ----------------------*- C++ -*-===//
//
// What matrices of 8-bit weights are multiplied by. Kernels write and read the codes; docs/numerics.md has their
// arithmetic. Tested by tests/unit/runtime/CodesTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

/// Rows of 8-bit activation codes; a code stands for (code - zero) * scale of its row.
struct Codes {
  u8 *codes;  // [tokens][columns]
  f32 *scale; // [tokens]
  i32 *zero;  // [tokens]

  Codes row(i32 token, i32 columns) const { return {codes + i64{token} * columns, scale + token, zero + token}; }
};

/// Codes in memory of tokens * (columns + 8) bytes: behind the codes lie their scales, and then their zero points.
inline Codes codes_at(u8 *memory, i32 tokens, i32 columns) {
  f32 *scale = reinterpret_cast<f32 *>(memory + i64{tokens} * columns);
  return {memory, scale, reinterpret_cast<i32 *>(scale + tokens)};
}
