// Vectors of 16 lanes on AVX512 with VNNI. The maskz forms of intrinsics with a full mask are the same instructions;
// the plain forms make GCC 12 warn about its own headers. Tested by tests/unit/codegen/kernels.
#pragma once

#include "lanes.h"

#include <immintrin.h>

using f32x16 = f32 __attribute__((vector_size(64)));
using i32x16 = i32 __attribute__((vector_size(64)));
using u8x64 = u8 __attribute__((vector_size(64)));
using i8x64 = i8 __attribute__((vector_size(64)));
using u8x16 = u8 __attribute__((vector_size(16)));
using i8x16 = i8 __attribute__((vector_size(16)));
using u16x16 = u16 __attribute__((vector_size(32)));
struct f16x16 {
  u16x16 bits;
};
template <> struct IntegerLanes<f32x16> {
  using type = i32x16;
};

constexpr __mmask16 kAllLanes = 0xffff;

template <> VECTOR_FUNCTION f32x16 splat<f32x16>(f32 x) { return x - f32x16{}; }
template <> VECTOR_FUNCTION i32x16 splat<i32x16>(i32 x) { return i32x16{} + x; }

template <> VECTOR_FUNCTION i32x16 count_from<i32x16>(i32 base) {
  return base + i32x16{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
}

template <> VECTOR_FUNCTION f32x16 convert<f32x16>(i32x16 x) { return __builtin_convertvector(x, f32x16); }
template <> VECTOR_FUNCTION i32x16 convert<i32x16>(f32x16 x) { return __builtin_convertvector(x, i32x16); }
template <> VECTOR_FUNCTION f32x16 convert<f32x16>(f16x16 x) {
  return reinterpret_cast<f32x16>(_mm512_maskz_cvtph_ps(kAllLanes, reinterpret_cast<__m256i>(x.bits)));
}
template <> VECTOR_FUNCTION f16x16 convert<f16x16>(f32x16 x) {
  return {reinterpret_cast<u16x16>(
      _mm512_maskz_cvtps_ph(kAllLanes, reinterpret_cast<__m512>(x), _MM_FROUND_TO_NEAREST_INT))};
}
template <> VECTOR_FUNCTION f16 convert<f16>(f32 x) { return {_cvtss_sh(x, _MM_FROUND_TO_NEAREST_INT)}; }
template <> VECTOR_FUNCTION f32 convert<f32>(f16 x) { return _cvtsh_ss(x.bits); }
template <> VECTOR_FUNCTION f32x16 convert<f32x16>(i8x16 x) {
  return convert<f32x16>(reinterpret_cast<i32x16>(_mm512_maskz_cvtepi8_epi32(kAllLanes, reinterpret_cast<__m128i>(x))));
}
template <> VECTOR_FUNCTION i8x16 convert<i8x16>(f32x16 x) { // x is in -127..127
  return reinterpret_cast<i8x16>(_mm512_maskz_cvtepi32_epi8(kAllLanes, reinterpret_cast<__m512i>(convert<i32x16>(x))));
}
template <> VECTOR_FUNCTION u8x16 convert<u8x16>(f32x16 x) { // x is in 0..255
  return reinterpret_cast<u8x16>(_mm512_maskz_cvtepi32_epi8(kAllLanes, reinterpret_cast<__m512i>(convert<i32x16>(x))));
}

VECTOR_FUNCTION f32x16 select(i32x16 mask, f32x16 a, f32x16 b) { return mask ? a : b; }

template <> VECTOR_FUNCTION f32x16 min(f32x16 a, f32x16 b) {
  return reinterpret_cast<f32x16>(
      _mm512_maskz_min_ps(kAllLanes, reinterpret_cast<__m512>(a), reinterpret_cast<__m512>(b)));
}
template <> VECTOR_FUNCTION f32x16 max(f32x16 a, f32x16 b) {
  return reinterpret_cast<f32x16>(
      _mm512_maskz_max_ps(kAllLanes, reinterpret_cast<__m512>(a), reinterpret_cast<__m512>(b)));
}

VECTOR_FUNCTION f32 sqrt(f32 x) { return _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(x))); }

template <> VECTOR_FUNCTION f32 round_even(f32 x) {
  return _mm_cvtss_f32(_mm_round_ss(_mm_setzero_ps(), _mm_set_ss(x), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
}
#pragma GCC diagnostic push // without optimization this intrinsic is a macro of GCC's, which makes a short of 65535
#pragma GCC diagnostic ignored "-Wsign-conversion"
template <> VECTOR_FUNCTION f32x16 round_even(f32x16 x) {
  return reinterpret_cast<f32x16>(_mm512_maskz_roundscale_ps(kAllLanes, reinterpret_cast<__m512>(x),
                                                             _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
}
#pragma GCC diagnostic pop

template <> VECTOR_FUNCTION f32x16 fma(f32x16 a, f32x16 b, f32x16 c) {
  return reinterpret_cast<f32x16>(
      _mm512_fmadd_ps(reinterpret_cast<__m512>(a), reinterpret_cast<__m512>(b), reinterpret_cast<__m512>(c)));
}

// Four codes in every group of four lanes.
VECTOR_FUNCTION u8x64 repeat4(const u8 *codes) { return reinterpret_cast<u8x64>(splat<i32x16>(load<i32>(codes))); }
VECTOR_FUNCTION i8x64 repeat4(const i8 *codes) { return reinterpret_cast<i8x64>(splat<i32x16>(load<i32>(codes))); }

// Adds to each lane the products of its four codes and weights.
VECTOR_FUNCTION i32x16 dot4(i32x16 sum, u8x64 codes, i8x64 weights) {
  return reinterpret_cast<i32x16>(_mm512_dpbusd_epi32(reinterpret_cast<__m512i>(sum), reinterpret_cast<__m512i>(codes),
                                                      reinterpret_cast<__m512i>(weights)));
}

// The same of a query's codes and the codes of keys, which have 128 added.
VECTOR_FUNCTION i32x16 dot4(i32x16 sum, i8x64 query, u8x64 keys) { return dot4(sum, keys, query); }

// The same of codes from 0 to 127 and values.
VECTOR_FUNCTION i32x16 dot4(i32x16 sum, i8x64 codes, i8x64 values) {
  return dot4(sum, reinterpret_cast<u8x64>(codes), values);
}
