// Vectors of 8 lanes on AVX2.
// Tested by tests/unit/codegen/kernels.
#pragma once

#include "lanes.h"

#include <immintrin.h>

using f32x8 = f32 __attribute__((vector_size(32)));
using i32x8 = i32 __attribute__((vector_size(32)));
using u8x32 = u8 __attribute__((vector_size(32)));
using i8x32 = i8 __attribute__((vector_size(32)));
using u8x8 = u8 __attribute__((vector_size(8)));
using i8x8 = i8 __attribute__((vector_size(8)));
using u16x8 = u16 __attribute__((vector_size(16)));
struct f16x8 {
  u16x8 bits;
};
template <> struct IntegerLanes<f32x8> {
  using type = i32x8;
};

template <> VECTOR_FUNCTION f32x8 splat<f32x8>(f32 x) { return x - f32x8{}; }
template <> VECTOR_FUNCTION i32x8 splat<i32x8>(i32 x) { return i32x8{} + x; }

template <> VECTOR_FUNCTION i32x8 count_from<i32x8>(i32 base) { return base + i32x8{0, 1, 2, 3, 4, 5, 6, 7}; }

template <> VECTOR_FUNCTION f32x8 convert<f32x8>(i32x8 x) { return __builtin_convertvector(x, f32x8); }
template <> VECTOR_FUNCTION i32x8 convert<i32x8>(f32x8 x) { return __builtin_convertvector(x, i32x8); }
template <> VECTOR_FUNCTION f32x8 convert<f32x8>(f16x8 x) {
  return reinterpret_cast<f32x8>(_mm256_cvtph_ps(reinterpret_cast<__m128i>(x.bits)));
}
template <> VECTOR_FUNCTION f16x8 convert<f16x8>(f32x8 x) {
  return {reinterpret_cast<u16x8>(_mm256_cvtps_ph(reinterpret_cast<__m256>(x), _MM_FROUND_TO_NEAREST_INT))};
}
template <> VECTOR_FUNCTION f16 convert<f16>(f32 x) { return {_cvtss_sh(x, _MM_FROUND_TO_NEAREST_INT)}; }
template <> VECTOR_FUNCTION f32 convert<f32>(f16 x) { return _cvtsh_ss(x.bits); }
template <> VECTOR_FUNCTION f32x8 convert<f32x8>(i8x8 x) {
  return convert<f32x8>(
      reinterpret_cast<i32x8>(_mm256_cvtepi8_epi32(_mm_cvtsi64_si128(reinterpret_cast<long long>(x)))));
}
template <> VECTOR_FUNCTION i8x8 convert<i8x8>(f32x8 x) { // x is in -127..127: packing does not saturate
  const __m256i words = reinterpret_cast<__m256i>(convert<i32x8>(x));
  const __m128i halves = _mm_packs_epi32(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
  return reinterpret_cast<i8x8>(_mm_cvtsi128_si64(_mm_packs_epi16(halves, halves)));
}
template <> VECTOR_FUNCTION u8x8 convert<u8x8>(f32x8 x) { // x is in 0..255: packing does not saturate
  const __m256i words = reinterpret_cast<__m256i>(convert<i32x8>(x));
  const __m128i halves = _mm_packus_epi32(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
  return reinterpret_cast<u8x8>(_mm_cvtsi128_si64(_mm_packus_epi16(halves, halves)));
}

VECTOR_FUNCTION f32x8 select(i32x8 mask, f32x8 a, f32x8 b) { return mask ? a : b; }

template <> VECTOR_FUNCTION f32x8 min(f32x8 a, f32x8 b) {
  return reinterpret_cast<f32x8>(_mm256_min_ps(reinterpret_cast<__m256>(a), reinterpret_cast<__m256>(b)));
}
template <> VECTOR_FUNCTION f32x8 max(f32x8 a, f32x8 b) {
  return reinterpret_cast<f32x8>(_mm256_max_ps(reinterpret_cast<__m256>(a), reinterpret_cast<__m256>(b)));
}

VECTOR_FUNCTION f32 sqrt(f32 x) { return _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(x))); }

template <> VECTOR_FUNCTION f32 round_even(f32 x) {
  return _mm_cvtss_f32(_mm_round_ss(_mm_setzero_ps(), _mm_set_ss(x), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
}
template <> VECTOR_FUNCTION f32x8 round_even(f32x8 x) {
  return reinterpret_cast<f32x8>(
      _mm256_round_ps(reinterpret_cast<__m256>(x), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
}

template <> VECTOR_FUNCTION f32x8 fma(f32x8 a, f32x8 b, f32x8 c) {
  return reinterpret_cast<f32x8>(
      _mm256_fmadd_ps(reinterpret_cast<__m256>(a), reinterpret_cast<__m256>(b), reinterpret_cast<__m256>(c)));
}

// Four codes in every group of four lanes.
VECTOR_FUNCTION u8x32 repeat4(const u8 *codes) { return reinterpret_cast<u8x32>(splat<i32x8>(load<i32>(codes))); }
VECTOR_FUNCTION i8x32 repeat4(const i8 *codes) { return reinterpret_cast<i8x32>(splat<i32x8>(load<i32>(codes))); }

// Adds to each lane the products of its four codes and weights. Even and odd bytes go as 16-bit lanes through vpmaddwd,
// which is exact; vpmaddubsw would do with half the instructions but saturates.
VECTOR_FUNCTION i32x8 dot4(i32x8 sum, u8x32 codes, i8x32 weights) {
  const __m256i c = reinterpret_cast<__m256i>(codes), w = reinterpret_cast<__m256i>(weights);
  const __m256i even =
      _mm256_madd_epi16(_mm256_and_si256(c, _mm256_set1_epi16(0xff)), _mm256_srai_epi16(_mm256_slli_epi16(w, 8), 8));
  const __m256i odd = _mm256_madd_epi16(_mm256_srli_epi16(c, 8), _mm256_srai_epi16(w, 8));
  return sum + reinterpret_cast<i32x8>(even) + reinterpret_cast<i32x8>(odd);
}

// The same of a query's codes and the codes of keys, which have 128 added.
VECTOR_FUNCTION i32x8 dot4(i32x8 sum, i8x32 query, u8x32 keys) { return dot4(sum, keys, query); }

// The same of codes from 0 to 127 and values from -127 on: two products fit 16 bits.
VECTOR_FUNCTION i32x8 dot4(i32x8 sum, i8x32 codes, i8x32 values) {
  const __m256i pairs = _mm256_maddubs_epi16(reinterpret_cast<__m256i>(codes), reinterpret_cast<__m256i>(values));
  return sum + reinterpret_cast<i32x8>(_mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}
