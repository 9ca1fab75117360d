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

// Mixes a head (docs/numerics.md): a Walsh-Hadamard transform of as many elements as the greatest power of two that
// divides its size.
template <class F, i32 Size> VECTOR_FUNCTION void mix_head(f32 *x) {
  constexpr i32 kLanes = sizeof(F) / sizeof(f32), kMixed = Size & -Size;
  static_assert(kMixed >= kLanes);
  for (i32 i = 0; i < Size; i += kLanes)
    store(x + i, mix_vector<1>(load<F>(x + i)));
  for (i32 stride = kLanes; stride < kMixed; stride *= 2)
    for (i32 first = 0; first < Size; first += 2 * stride)
      for (i32 i = first; i < first + stride; i += kLanes) {
        const F a = load<F>(x + i), b = load<F>(x + i + stride);
        store(x + i, a + b);
        store(x + i + stride, a - b);
      }
}
