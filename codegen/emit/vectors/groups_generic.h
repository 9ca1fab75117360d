// Products of weights in groups without vectors: one row, four columns at a time. Tested by
// tests/unit/codegen/kernels.
#pragma once

#include "kept_codes.h"

// Four columns of a row, with the operations that vectors of bytes have.
struct Bytes {
  u8 column[4];

  template <class Change> Bytes changed(Change change) const {
    return {{change(column[0]), change(column[1]), change(column[2]), change(column[3])}};
  }
  Bytes operator&(int mask) const {
    return changed([mask](u8 c) { return u8(c & mask); });
  }
  Bytes operator>>(int bits) const {
    return changed([bits](u8 c) { return u8(c >> bits); });
  }
  Bytes operator<<(int bits) const {
    return changed([bits](u8 c) { return u8(c << bits); });
  }
  Bytes operator|(const Bytes &other) const {
    return {{u8(column[0] | other.column[0]), u8(column[1] | other.column[1]), u8(column[2] | other.column[2]),
             u8(column[3] | other.column[3])}};
  }
};

template <> VECTOR_FUNCTION Bytes look_up(const i8 *values, Bytes places) {
  return places.changed([values](u8 c) { return u8(values[c]); });
}

// The float16 of a row, its signed byte, the power of two that its byte says.
VECTOR_FUNCTION f32 halves_at(const u8 *place) { return convert<f32>(load<f16>(place)); }
VECTOR_FUNCTION f32 bytes_at(const u8 *place) { return f32(i8(*place)); }
VECTOR_FUNCTION f32 powers_at(const u8 *place) { return std::bit_cast<f32>(power_bits(i32{*place})); }

template <class Byte, class Weights, int Step> VECTOR_FUNCTION i32 multiply_step(const u8 *w, const i8 *x) {
  const Bytes weights = Weights::template step<Step>(w);
  i32 sum = 0;
  for (int i = 0; i < 4; ++i)
    sum += i32{Byte(weights.column[i])} * i32{x[4 * Step + i]};
  return sum;
}

template <class Byte, class Weights, int First> VECTOR_FUNCTION i32 add_four(const u8 *w, const i8 *x) {
  return multiply_step<Byte, Weights, First>(w, x) + multiply_step<Byte, Weights, First + 1>(w, x) +
         multiply_step<Byte, Weights, First + 2>(w, x) + multiply_step<Byte, Weights, First + 3>(w, x);
}

template <class Byte, class Weights> VECTOR_FUNCTION i32 add_steps(const u8 *w, const i8 *x) {
  return add_four<Byte, Weights, 0>(w, x) + add_four<Byte, Weights, 4>(w, x);
}

// Adds up the products of a group's unsigned weights and codes, from `start` on.
template <template <class> class Weights> VECTOR_FUNCTION i32 dot_unsigned(i32 start, const u8 *w, const i8 *x) {
  return start + add_steps<u8, Weights<Bytes>>(w, x);
}

// Of half a group.
template <template <class> class Weights, int Half> VECTOR_FUNCTION i32 dot_half(i32 start, const u8 *w, const i8 *x) {
  return start + add_four<u8, Weights<Bytes>, 4 * Half>(w, x);
}

// Of signed weights. The codes' sum is for targets that have no signed product.
template <template <class> class Weights> VECTOR_FUNCTION i32 dot_signed(i32, const u8 *w, const i8 *x) {
  return add_steps<i8, Weights<Bytes>>(w, x);
}
