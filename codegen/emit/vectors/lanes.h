// What the vector section of every target has, each on its own vector types: declared once, so that what a target does
// not define does not compile. Pasted into each target's namespace, under its instructions.
// Tested by tests/unit/codegen/kernels.
#pragma once

#include "portable.h"

#include <utility>

template <class V, class T> VECTOR_FUNCTION V load(const T *from) {
  V v;
  std::memcpy(&v, from, sizeof v);
  return v;
}
template <class V, class T> VECTOR_FUNCTION void store(T *to, V v) { std::memcpy(to, &v, sizeof v); }

// Asks for the line of memory at `place` in the second-level cache; any address will do. Into the first level no more
// than about 16 lines can be on their way at once, which is too few for the memory's latency.
VECTOR_FUNCTION void prefetch(const void *place) { __builtin_prefetch(place, 0, 2); }

// The same value in every lane.
template <class V> V splat(f32) = delete;
template <class V> V splat(i32) = delete;

// base, base + 1, ...
template <class V> V count_from(i32) = delete;

template <class To, class From> To convert(From) = delete;

// The second operand if one is not a number, on every target.
template <class V> V min(V, V) = delete;
template <class V> V max(V, V) = delete;
template <> VECTOR_FUNCTION i32 min(i32 a, i32 b) { return a < b ? a : b; }
template <> VECTOR_FUNCTION f32 min(f32 a, f32 b) { return a < b ? a : b; }
template <> VECTOR_FUNCTION f32 max(f32 a, f32 b) { return a > b ? a : b; }

// Round half to even.
template <class V> V round_even(V) = delete;

// a * b + c, rounded once.
template <class V> V fma(V, V, V) = delete;

// As many lanes of i32 as F has of f32.
template <class F> struct IntegerLanes;

// e^x within 2 ulp, for x clamped to [-87, 88]: 2^n times a polynomial of what is left.
template <class F> VECTOR_FUNCTION F exp(F x) {
  x = min(max(x, splat<F>(-87.0f)), splat<F>(88.0f));
  const F n = round_even(x * 1.44269504f);
  const F r = fma(n, splat<F>(2.12194440e-4f), fma(n, splat<F>(-0.693359375f), x));
  F p = splat<F>(1.9875691500e-4f);
  p = fma(p, r, splat<F>(1.3981999507e-3f));
  p = fma(p, r, splat<F>(8.3334519073e-3f));
  p = fma(p, r, splat<F>(4.1665795894e-2f));
  p = fma(p, r, splat<F>(1.6666665459e-1f));
  p = fma(p, r, splat<F>(5.0000001201e-1f));
  p = fma(p * r, r, r) + 1.0f;
  return p * __builtin_bit_cast(F, (convert<typename IntegerLanes<F>::type>(n) + 127) << 23);
}

// Of lanes that are `Stride` apart, their sum in the place of the first and their difference in that of the second.
template <i32 Stride, class F, i32... Lane> VECTOR_FUNCTION F mix_lanes(F x, std::integer_sequence<i32, Lane...>) {
  return F{x[Lane ^ Stride]...} + x * F{((Lane & Stride) != 0 ? -1.0f : 1.0f)...};
}

// The same for all strides from this one on that a vector has.
template <i32 Stride, class F> VECTOR_FUNCTION F mix_vector(F x) {
  constexpr i32 kLanes = sizeof(F) / sizeof(f32);
  if constexpr (Stride < kLanes)
    return mix_vector<2 * Stride>(mix_lanes<Stride>(x, std::make_integer_sequence<i32, kLanes>()));
  else
    return x;
}

// The same for whole vectors and all strides from `Step` vectors on.
template <i32 Step, class F, i32... I> VECTOR_FUNCTION void mix_vectors(F *v, std::integer_sequence<i32, I...> all) {
  if constexpr (Step < sizeof...(I)) {
    const F before[] = {v[I]...};
    ((v[I] = (I & Step) != 0 ? before[I ^ Step] - before[I] : before[I] + before[I ^ Step]), ...);
    mix_vectors<2 * Step>(v, all);
  }
}

// Vectors that lie `Stride` elements apart, mixed with each other. Neighbours are what mixing begins with: lanes first.
template <i32 Stride, class F, i32... I>
VECTOR_FUNCTION void mix_apart(const f32 *x, f32 *y, std::integer_sequence<i32, I...> all) {
  F v[] = {load<F>(x + I * Stride)...};
  if constexpr (Stride * sizeof(f32) == sizeof(F))
    ((v[I] = mix_vector<1>(v[I])), ...);
  mix_vectors<1>(v, all);
  (store(y + I * Stride, v[I]), ...);
}

// Mixes each `Mixed` neighbouring elements of a row (docs/numerics.md): a Walsh-Hadamard transform. y may be x. Eight
// vectors at a time, which the registers of every CPU hold: three strides between a load and a store.
template <class F, i32 Size, i32 Mixed, i32 Stride = sizeof(F) / sizeof(f32)>
VECTOR_FUNCTION void mix(const f32 *x, f32 *y) {
  constexpr i32 kLanes = sizeof(F) / sizeof(f32), kVectors = Mixed / Stride < 8 ? Mixed / Stride : 8;
  static_assert(Mixed >= kLanes && Size % Mixed == 0);
  for (i32 first = 0; first < Size; first += kVectors * Stride)
    for (i32 i = first; i < first + Stride; i += kLanes)
      mix_apart<Stride, F>(x + i, y + i, std::make_integer_sequence<i32, kVectors>());
  if constexpr (kVectors * Stride < Mixed)
    mix<F, Size, Mixed, kVectors * Stride>(y, y);
}
