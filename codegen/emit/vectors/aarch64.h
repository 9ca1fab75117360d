// The dot product of 64-bit ARM without the instruction for it.
// Tested by tests/unit/codegen/kernels.
#pragma once

#include "neon.h"

// Adds to each lane the products of its four codes (less 128) and weights. Two products fit 16 bits: each is at most
// 128 * 127 in magnitude.
VECTOR_FUNCTION i32x4 dot4(i32x4 sum, u8x16 codes, i8x16 weights) {
  const int8x16_t c = reinterpret_cast<int8x16_t>(codes), w = reinterpret_cast<int8x16_t>(weights);
  const int16x8_t low = vmull_s8(vget_low_s8(c), vget_low_s8(w)), high = vmull_high_s8(c, w);
  return reinterpret_cast<i32x4>(vpadalq_s16(reinterpret_cast<int32x4_t>(sum), vpaddq_s16(low, high)));
}

// The same of a query's codes and the codes of keys, which have 128 added: it is taken away again.
VECTOR_FUNCTION i32x4 dot4(i32x4 sum, i8x16 query, u8x16 keys) {
  return dot4(sum, keys ^ reinterpret_cast<u8x16>(vdupq_n_u8(0x80)), query);
}

// The same of codes from 0 to 127 and values.
VECTOR_FUNCTION i32x4 dot4(i32x4 sum, i8x16 codes, i8x16 values) {
  return dot4(sum, reinterpret_cast<u8x16>(codes), values);
}
