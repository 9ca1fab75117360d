// The dot product of 64-bit ARM with the instruction for it.
// Tested by tests/unit/codegen/kernels.
#pragma once

#include "neon.h"

// Adds to each lane the products of its four codes (less 128) and weights.
VECTOR_FUNCTION i32x4 dot4(i32x4 sum, u8x16 codes, i8x16 weights) {
  return reinterpret_cast<i32x4>(vdotq_s32(reinterpret_cast<int32x4_t>(sum), reinterpret_cast<int8x16_t>(codes),
                                           reinterpret_cast<int8x16_t>(weights)));
}
