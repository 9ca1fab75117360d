// Products of weights in groups on AVX512 with VNNI, whose instruction takes unsigned weights and signed codes. By
// hand, because Halide's own pattern takes the unsigned ones for codes, and each target adds up a group in another way.
// Tested by tests/unit/codegen/kernels.
#pragma once

#include "kept_codes.h"

using Bytes = u8x64;

template <> VECTOR_FUNCTION Bytes look_up(const i8 *values, Bytes places) {
  const __m128i table = _mm_loadu_si128(reinterpret_cast<const __m128i *>(values));
  return reinterpret_cast<Bytes>(
      _mm512_shuffle_epi8(_mm512_maskz_broadcast_i32x4(kAllLanes, table), reinterpret_cast<__m512i>(places)));
}

// The float16 of 16 rows, their signed bytes, the powers of two that their bytes say.
VECTOR_FUNCTION f32x16 halves_at(const u8 *place) { return convert<f32x16>(load<f16x16>(place)); }
VECTOR_FUNCTION f32x16 bytes_at(const u8 *place) { return convert<f32x16>(load<i8x16>(place)); }
VECTOR_FUNCTION f32x16 powers_at(const u8 *place) {
  const __m128i bytes = reinterpret_cast<__m128i>(load<u8x16>(place));
  return reinterpret_cast<f32x16>(power_bits(reinterpret_cast<i32x16>(_mm512_maskz_cvtepu8_epi32(kAllLanes, bytes))));
}

template <class Weights, int Step>
VECTOR_FUNCTION i32x16 add_step(i32x16 sum, Bytes flipped, const u8 *w, const i8 *x) {
  return reinterpret_cast<i32x16>(_mm512_dpbusd_epi32(
      reinterpret_cast<__m512i>(sum), reinterpret_cast<__m512i>(Weights::template step<Step>(w) ^ flipped),
      reinterpret_cast<__m512i>(splat<i32x16>(load<i32>(x + 4 * Step)))));
}

template <class Weights, int First>
VECTOR_FUNCTION i32x16 add_four(i32x16 sum, Bytes flipped, const u8 *w, const i8 *x) {
  sum = add_step<Weights, First>(sum, flipped, w, x);
  sum = add_step<Weights, First + 1>(sum, flipped, w, x);
  sum = add_step<Weights, First + 2>(sum, flipped, w, x);
  sum = add_step<Weights, First + 3>(sum, flipped, w, x);
  return sum;
}

// Adds up the products of half a group's unsigned weights and codes, from `start` on.
template <template <class> class Weights, int Half>
VECTOR_FUNCTION i32x16 dot_half(i32x16 start, const u8 *w, const i8 *x) {
  return add_four<Weights<Bytes>, 4 * Half>(start, Bytes{}, w, x);
}
template <template <class> class Weights, int Half>
VECTOR_FUNCTION i32x16 dot_half(i32 start, const u8 *w, const i8 *x) {
  return dot_half<Weights, Half>(splat<i32x16>(start), w, x);
}

// Of a whole one.
template <template <class> class Weights> VECTOR_FUNCTION i32x16 dot_unsigned(i32 start, const u8 *w, const i8 *x) {
  return dot_half<Weights, 1>(dot_half<Weights, 0>(start, w, x), w, x);
}

// The same of signed weights: with another first bit they are 128 more, and the sum of the group's codes, from which
// the first half starts, says what that adds.
template <template <class> class Weights, int Half>
VECTOR_FUNCTION i32x16 dot_signed_half(i32x16 start, const u8 *w, const i8 *x) {
  return add_four<Weights<Bytes>, 4 * Half>(start, Bytes{} + 128, w, x);
}
template <template <class> class Weights, int Half>
VECTOR_FUNCTION i32x16 dot_signed_half(i32 sum, const u8 *w, const i8 *x) {
  return dot_signed_half<Weights, Half>(splat<i32x16>(-128 * sum), w, x);
}
template <template <class> class Weights> VECTOR_FUNCTION i32x16 dot_signed(i32 sum, const u8 *w, const i8 *x) {
  return dot_signed_half<Weights, 1>(dot_signed_half<Weights, 0>(sum, w, x), w, x);
}
