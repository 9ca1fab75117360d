// No vectors: standard C++20 on single numbers, the same bits as everywhere else.
// Tested by tests/unit/codegen/kernels.
#pragma once

#include "lanes.h"

#include <bit>
#include <cfloat>
#include <cmath>

static_assert(FLT_EVAL_METHOD == 0, "numbers must be rounded to float32 by every operation");

template <> struct IntegerLanes<f32> {
  using type = i32;
};
template <> VECTOR_FUNCTION f32 splat<f32>(f32 x) { return x; }
template <> VECTOR_FUNCTION i32 convert<i32>(f32 x) { return i32(x); }

// Halves are made of bits: a sign, five bits of exponent, ten of mantissa.
template <> VECTOR_FUNCTION f32 convert<f32>(f16 x) {
  const u32 sign = u32{x.bits} >> 15 << 31, exponent = x.bits >> 10 & 31, mantissa = x.bits & 1023;
  if (exponent == 31) // infinite, or not a number
    return std::bit_cast<f32>(sign | 0x7f800000u | (mantissa == 0 ? 0 : 0x400000u | mantissa << 13));
  if (exponent == 0) // subnormal: a multiple of 2^-24
    return std::bit_cast<f32>(sign | std::bit_cast<u32>(f32(mantissa) * 0x1p-24f));
  return std::bit_cast<f32>(sign | (exponent + 112) << 23 | mantissa << 13);
}
template <> VECTOR_FUNCTION f16 convert<f16>(f32 x) { // to nearest, ties to even
  const u32 bits = std::bit_cast<u32>(x), sign = bits >> 31 << 15, magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) // not a number
    return {u16(sign | 0x7e00u | (magnitude >> 13 & 1023))};
  if (magnitude >= 0x477ff000u) // from 65520 on
    return {u16(sign | 0x7c00u)};
  if (magnitude < 0x38800000u) // subnormal: adding 1/2 rounds to multiples of 2^-24
    return {u16(sign | (std::bit_cast<u32>(std::bit_cast<f32>(magnitude) + 0.5f) - 0x3f000000u))};
  const u32 even = magnitude >> 13 & 1; // what carries out of the mantissa raises the exponent
  return {u16(sign | (((magnitude + 0xfffu + even) >> 13) - (112u << 10)))};
}

VECTOR_FUNCTION f32 sqrt(f32 x) { return std::sqrt(x); }

// Round half to even: the rounding that every program starts with.
template <> VECTOR_FUNCTION f32 round_even(f32 x) { return std::nearbyint(x); }

template <> VECTOR_FUNCTION f32 fma(f32 a, f32 b, f32 c) { return std::fma(a, b, c); }

// Adds the products of four codes and weights.
VECTOR_FUNCTION i32 dot4(i32 sum, const u8 *codes, const i8 *weights) {
  for (int i = 0; i < 4; ++i)
    sum += i32{codes[i]} * i32{weights[i]};
  return sum;
}

// Of codes with a sign.
VECTOR_FUNCTION i32 dot4(i32 sum, const i8 *codes, const i8 *values) {
  for (int i = 0; i < 4; ++i)
    sum += i32{codes[i]} * i32{values[i]};
  return sum;
}
