// Vectors of 4 lanes on 64-bit ARM: what its targets share. dot4 is each target's own.
// Tested by tests/unit/codegen/kernels.
#pragma once

#include "lanes.h"

#include <arm_neon.h>

using f32x4 = f32 __attribute__((vector_size(16)));
using i32x4 = i32 __attribute__((vector_size(16)));
using u8x16 = u8 __attribute__((vector_size(16)));
using i8x16 = i8 __attribute__((vector_size(16)));
using u8x4 = u8 __attribute__((vector_size(4)));
using i8x4 = i8 __attribute__((vector_size(4)));
using u16x4 = u16 __attribute__((vector_size(8)));
struct f16x4 {
  u16x4 bits;
};
template <> struct IntegerLanes<f32x4> {
  using type = i32x4;
};

template <> VECTOR_FUNCTION f32x4 splat<f32x4>(f32 x) { return reinterpret_cast<f32x4>(vdupq_n_f32(x)); }
template <> VECTOR_FUNCTION i32x4 splat<i32x4>(i32 x) { return reinterpret_cast<i32x4>(vdupq_n_s32(x)); }

template <> VECTOR_FUNCTION i32x4 count_from<i32x4>(i32 base) { return base + i32x4{0, 1, 2, 3}; }

template <> VECTOR_FUNCTION f32x4 convert<f32x4>(i32x4 x) {
  return reinterpret_cast<f32x4>(vcvtq_f32_s32(reinterpret_cast<int32x4_t>(x)));
}
template <> VECTOR_FUNCTION i32x4 convert<i32x4>(f32x4 x) {
  return reinterpret_cast<i32x4>(vcvtq_s32_f32(reinterpret_cast<float32x4_t>(x)));
}
template <> VECTOR_FUNCTION f32x4 convert<f32x4>(f16x4 x) {
  return reinterpret_cast<f32x4>(vcvt_f32_f16(reinterpret_cast<float16x4_t>(x.bits)));
}
template <> VECTOR_FUNCTION f16x4 convert<f16x4>(f32x4 x) {
  return {reinterpret_cast<u16x4>(vcvt_f16_f32(reinterpret_cast<float32x4_t>(x)))};
}
template <> VECTOR_FUNCTION f16 convert<f16>(f32 x) { return {convert<f16x4>(splat<f32x4>(x)).bits[0]}; }
template <> VECTOR_FUNCTION f32 convert<f32>(f16 x) { return convert<f32x4>(f16x4{u16x4{x.bits}})[0]; }
template <> VECTOR_FUNCTION f32x4 convert<f32x4>(i8x4 x) {
  const int16x8_t halves = vmovl_s8(vreinterpret_s8_u32(vdup_n_u32(reinterpret_cast<u32>(x))));
  return convert<f32x4>(reinterpret_cast<i32x4>(vmovl_s16(vget_low_s16(halves))));
}
template <> VECTOR_FUNCTION i8x4 convert<i8x4>(f32x4 x) { // x is in -127..127: narrowing loses nothing
  const int16x4_t halves = vmovn_s32(reinterpret_cast<int32x4_t>(convert<i32x4>(x)));
  return reinterpret_cast<i8x4>(vget_lane_u32(vreinterpret_u32_s8(vmovn_s16(vcombine_s16(halves, halves))), 0));
}
template <> VECTOR_FUNCTION u8x4 convert<u8x4>(f32x4 x) { // x is in 0..255: narrowing loses nothing
  const uint16x4_t halves = vmovn_u32(reinterpret_cast<uint32x4_t>(convert<i32x4>(x)));
  return reinterpret_cast<u8x4>(vget_lane_u32(vreinterpret_u32_u8(vmovn_u16(vcombine_u16(halves, halves))), 0));
}

VECTOR_FUNCTION f32x4 select(i32x4 mask, f32x4 a, f32x4 b) {
  return reinterpret_cast<f32x4>(vbslq_f32(reinterpret_cast<uint32x4_t>(mask), reinterpret_cast<float32x4_t>(a),
                                           reinterpret_cast<float32x4_t>(b)));
}

// ARM's own instructions would give the other operand if one is not a number.
template <> VECTOR_FUNCTION f32x4 min(f32x4 a, f32x4 b) { return select(a < b, a, b); }
template <> VECTOR_FUNCTION f32x4 max(f32x4 a, f32x4 b) { return select(a > b, a, b); }

VECTOR_FUNCTION f32 sqrt(f32 x) { return vget_lane_f32(vsqrt_f32(vdup_n_f32(x)), 0); }

template <> VECTOR_FUNCTION f32 round_even(f32 x) { return vrndns_f32(x); }
template <> VECTOR_FUNCTION f32x4 round_even(f32x4 x) {
  return reinterpret_cast<f32x4>(vrndnq_f32(reinterpret_cast<float32x4_t>(x)));
}

template <> VECTOR_FUNCTION f32x4 fma(f32x4 a, f32x4 b, f32x4 c) {
  return reinterpret_cast<f32x4>(
      vfmaq_f32(reinterpret_cast<float32x4_t>(c), reinterpret_cast<float32x4_t>(a), reinterpret_cast<float32x4_t>(b)));
}

// Four codes in every group of four lanes, each less 128: as signed bytes, which is what ARM multiplies.
VECTOR_FUNCTION u8x16 repeat4(const u8 *codes) {
  return reinterpret_cast<u8x16>(splat<i32x4>(load<i32>(codes))) ^ reinterpret_cast<u8x16>(vdupq_n_u8(0x80));
}
VECTOR_FUNCTION i8x16 repeat4(const i8 *codes) { return reinterpret_cast<i8x16>(splat<i32x4>(load<i32>(codes))); }
