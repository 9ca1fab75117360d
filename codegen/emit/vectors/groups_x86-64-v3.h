// Products of weights in groups on AVX2. By hand, because the 16-bit products of so many steps as cannot overflow are
// added before they become 32 bits wide: two instructions for 32 products, where dot4 needs seven. Tested by
// tests/unit/codegen/kernels.
#pragma once

#include "kept_codes.h"

using Bytes = u8x32;

template <> VECTOR_FUNCTION Bytes look_up(const i8 *values, Bytes places) {
  const __m256i table = _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i *>(values)));
  return reinterpret_cast<Bytes>(_mm256_shuffle_epi8(table, reinterpret_cast<__m256i>(places)));
}

// The float16 of 8 rows, their signed bytes, the powers of two that their bytes say.
VECTOR_FUNCTION f32x8 halves_at(const u8 *place) { return convert<f32x8>(load<f16x8>(place)); }
VECTOR_FUNCTION f32x8 bytes_at(const u8 *place) { return convert<f32x8>(load<i8x8>(place)); }
VECTOR_FUNCTION f32x8 powers_at(const u8 *place) {
  const __m128i bytes = _mm_cvtsi64_si128(load<long long>(place));
  return reinterpret_cast<f32x8>(power_bits(reinterpret_cast<i32x8>(_mm256_cvtepu8_epi32(bytes))));
}

constexpr int kGroupSteps = 8; // of four columns each

// Two products and their sum in 16 bits; weights are unsigned, or have their signs given to the codes.
template <class Weights, bool Signed, int Step> VECTOR_FUNCTION __m256i multiply_step(const u8 *w, const i8 *x) {
  const __m256i weights = reinterpret_cast<__m256i>(Weights::template step<Step>(w)),
                codes = _mm256_set1_epi32(load<i32>(x + 4 * Step));
  if constexpr (Signed)
    return _mm256_maddubs_epi16(_mm256_abs_epi8(weights), _mm256_sign_epi8(codes, weights));
  else
    return _mm256_maddubs_epi16(weights, codes);
}

// Steps whose products stay in 16 bits together.
template <class Weights, bool Signed, int First, int Count>
VECTOR_FUNCTION __m256i add_narrow(const u8 *w, const i8 *x) {
  if constexpr (Count == 1)
    return multiply_step<Weights, Signed, First>(w, x);
  else
    return _mm256_add_epi16(add_narrow<Weights, Signed, First, Count / 2>(w, x),
                            add_narrow<Weights, Signed, First + Count / 2, Count / 2>(w, x));
}

template <class Weights, bool Signed, int First, int Count>
VECTOR_FUNCTION __m256i add_steps(const u8 *w, const i8 *x) {
  if constexpr (2 * 127 * Weights::kGreatest * Count <= 32767)
    return _mm256_madd_epi16(add_narrow<Weights, Signed, First, Count>(w, x), _mm256_set1_epi16(1));
  else
    return _mm256_add_epi32(add_steps<Weights, Signed, First, Count / 2>(w, x),
                            add_steps<Weights, Signed, First + Count / 2, Count / 2>(w, x));
}

// Adds up the products of a group's unsigned weights and codes, from `start` on.
template <template <class> class Weights> VECTOR_FUNCTION i32x8 dot_unsigned(i32 start, const u8 *w, const i8 *x) {
  return splat<i32x8>(start) + reinterpret_cast<i32x8>(add_steps<Weights<Bytes>, false, 0, kGroupSteps>(w, x));
}

// Of half a group.
template <template <class> class Weights, int Half>
VECTOR_FUNCTION i32x8 dot_half(i32 start, const u8 *w, const i8 *x) {
  constexpr int kSteps = kGroupSteps / 2;
  return splat<i32x8>(start) + reinterpret_cast<i32x8>(add_steps<Weights<Bytes>, false, kSteps * Half, kSteps>(w, x));
}

// Of signed weights. The codes' sum is for targets that have no signed product.
template <template <class> class Weights> VECTOR_FUNCTION i32x8 dot_signed(i32, const u8 *w, const i8 *x) {
  return reinterpret_cast<i32x8>(add_steps<Weights<Bytes>, true, 0, kGroupSteps>(w, x));
}
