// What the vector section of every target has, each on its own vector types: declared once, so that what a target does
// not define does not compile. Pasted into each target's namespace, under its instructions.
// Tested by tests/unit/codegen/kernels.
#pragma once

#include "portable.h"

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
