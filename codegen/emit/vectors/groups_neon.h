// Products of weights in groups on 64-bit ARM, which multiplies signed bytes with signed bytes: no unsigned weight of
// these formats is above 127. dot4 is the target's own. Tested by tests/unit/codegen/kernels.
#pragma once

#include "kept_codes.h"

using Bytes = u8x16;

template <> VECTOR_FUNCTION Bytes look_up(const i8 *values, Bytes places) {
  return reinterpret_cast<Bytes>(
      vqtbl1q_u8(reinterpret_cast<uint8x16_t>(load<u8x16>(values)), reinterpret_cast<uint8x16_t>(places)));
}

// The float16 of 4 rows, their signed bytes, the powers of two that their bytes say.
VECTOR_FUNCTION f32x4 halves_at(const u8 *place) { return convert<f32x4>(load<f16x4>(place)); }
VECTOR_FUNCTION f32x4 bytes_at(const u8 *place) { return convert<f32x4>(load<i8x4>(place)); }
VECTOR_FUNCTION f32x4 powers_at(const u8 *place) {
  const uint16x8_t halves = vmovl_u8(vreinterpret_u8_u32(vdup_n_u32(load<u32>(place))));
  return reinterpret_cast<f32x4>(power_bits(reinterpret_cast<i32x4>(vmovl_u16(vget_low_u16(halves)))));
}

template <class Weights, int Step> VECTOR_FUNCTION i32x4 add_step(i32x4 sum, const u8 *w, const i8 *x) {
  return dot4(sum, Weights::template step<Step>(w), reinterpret_cast<i8x16>(splat<i32x4>(load<i32>(x + 4 * Step))));
}

template <class Weights, int First> VECTOR_FUNCTION i32x4 add_four(i32x4 sum, const u8 *w, const i8 *x) {
  sum = add_step<Weights, First>(sum, w, x);
  sum = add_step<Weights, First + 1>(sum, w, x);
  sum = add_step<Weights, First + 2>(sum, w, x);
  sum = add_step<Weights, First + 3>(sum, w, x);
  return sum;
}

template <class Weights> VECTOR_FUNCTION i32x4 add_steps(i32 start, const u8 *w, const i8 *x) {
  return add_four<Weights, 4>(add_four<Weights, 0>(splat<i32x4>(start), w, x), w, x);
}

// Adds up the products of a group's unsigned weights and codes, from `start` on.
template <template <class> class Weights> VECTOR_FUNCTION i32x4 dot_unsigned(i32 start, const u8 *w, const i8 *x) {
  return add_steps<Weights<Bytes>>(start, w, x);
}

// Of half a group.
template <template <class> class Weights, int Half>
VECTOR_FUNCTION i32x4 dot_half(i32 start, const u8 *w, const i8 *x) {
  return add_four<Weights<Bytes>, 4 * Half>(splat<i32x4>(start), w, x);
}

// Of signed weights. The codes' sum is for targets that have no signed product.
template <template <class> class Weights> VECTOR_FUNCTION i32x4 dot_signed(i32, const u8 *w, const i8 *x) {
  return add_steps<Weights<Bytes>>(0, w, x);
}
