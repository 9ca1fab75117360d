// The dot product of 64-bit ARM with the instruction for it.
// Tested by tests/unit/codegen/kernels.
#pragma once

#include "neon.h"

// Adds to each lane the products of its four codes (less 128) and weights.
VECTOR_FUNCTION i32x4 dot4(i32x4 sum, u8x16 codes, i8x16 weights) {
  return reinterpret_cast<i32x4>(vdotq_s32(reinterpret_cast<int32x4_t>(sum), reinterpret_cast<int8x16_t>(codes),
                                           reinterpret_cast<int8x16_t>(weights)));
}

// The same of a query's codes and the codes of keys, which have 128 added: it is taken away again.
VECTOR_FUNCTION i32x4 dot4(i32x4 sum, i8x16 query, u8x16 keys) {
  return dot4(sum, keys ^ reinterpret_cast<u8x16>(vdupq_n_u8(0x80)), query);
}

// The same of codes from 0 to 127 and values.
VECTOR_FUNCTION i32x4 dot4(i32x4 sum, i8x16 codes, i8x16 values) {
  return dot4(sum, reinterpret_cast<u8x16>(codes), values);
}
