// Codes of weights that a model file keeps in groups, in eight steps of four columns of a row: what matrices of such
// formats multiply with the target's dot_unsigned and dot_signed. `Bytes` is a vector of as many bytes as the target
// has lanes of 32 bits, or stands for one. Tested by tests/unit/codegen/kernels.
#pragma once

#include "lanes.h"

// Asks for all lines of a record in the first-level cache. It is read soon: the hardware has fetched it into the second
// by then, and a request for what is further away would take the hardware's place.
template <int bytes> VECTOR_FUNCTION void prefetch_record(const u8 *record) {
  __builtin_prefetch(record, 0, 3);
  if constexpr (bytes > 64)
    prefetch_record<bytes - 64>(record + 64);
}

// Codes of four bits, 0 to 15: the first half of a group's columns in the lower halves of bytes, the second in the
// upper.
template <class Bytes> struct Nibbles {
  static constexpr int kGreatest = 15;
  template <int Step> VECTOR_FUNCTION static Bytes step(const u8 *w) {
    const Bytes two = load<Bytes>(w + 64 * (Step % 4));
    if constexpr (Step < 4)
      return two & 15;
    else
      return two >> 4;
  }
};

// Codes of five bits: four as Nibbles, and bit s of a byte of the plane behind them for a column of step s.
template <class Bytes> struct FiveBits {
  static constexpr int kGreatest = 31;
  template <int Step> VECTOR_FUNCTION static Bytes step(const u8 *w) {
    const Bytes lower = Nibbles<Bytes>::template step<Step>(w), plane = load<Bytes>(w + 256);
    if constexpr (Step < 4)
      return lower | (plane << (4 - Step) & 16);
    else
      return lower | (plane >> (Step - 4) & 16);
  }
};

// Codes of six bits: four as Nibbles, and bits 2 s and 2 s + 1 of a byte of the half's plane for a column of its step
// s.
template <class Bytes> struct SixBits {
  static constexpr int kGreatest = 63;
  template <int Step> VECTOR_FUNCTION static Bytes step(const u8 *w) {
    const Bytes lower = Nibbles<Bytes>::template step<Step>(w), plane = load<Bytes>(w + 256 + 64 * (Step / 4));
    if constexpr (Step % 4 < 2)
      return lower | (plane << (4 - 2 * (Step % 4)) & 48);
    else
      return lower | (plane >> (2 * (Step % 4) - 4) & 48);
  }
};

// Codes of two bits, 0 to 3: steps 4 h to 4 h + 3 in the pairs of bits of one vector.
template <class Bytes> struct TwoBits {
  static constexpr int kGreatest = 3;
  template <int Step> VECTOR_FUNCTION static Bytes step(const u8 *w) {
    return load<Bytes>(w + 64 * (Step / 4)) >> (2 * (Step % 4)) & 3;
  }
};

// For each byte, 0 to 15, the value at that place of a table.
template <class V> V look_up(const i8 *values, V places) = delete;

// What the codes of IQ4_NL and IQ4_XS stand for: signed bytes.
template <class Bytes> struct ValuesIQ4 {
  static constexpr int kGreatest = 127;
  static constexpr i8 kValues[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
  template <int Step> VECTOR_FUNCTION static Bytes step(const u8 *w) {
    return look_up<Bytes>(kValues, Nibbles<Bytes>::template step<Step>(w));
  }
};

// What the codes of MXFP4 stand for, and 12 more, so that none is negative.
template <class Bytes> struct ValuesMXFP4 {
  static constexpr int kGreatest = 24;
  static constexpr i8 kValues[16] = {12, 13, 14, 15, 16, 18, 20, 24, 12, 11, 10, 9, 8, 6, 4, 0};
  template <int Step> VECTOR_FUNCTION static Bytes step(const u8 *w) {
    return look_up<Bytes>(kValues, Nibbles<Bytes>::template step<Step>(w));
  }
};

// The bits of 2^(exponent - 128): of subnormal numbers for 0 and 1.
template <class I> VECTOR_FUNCTION I power_bits(I exponent) {
  return exponent < 2 ? (exponent + 1) << 21 : (exponent - 1) << 23;
}

// Adds up the codes of half a group.
VECTOR_FUNCTION i32 sum_of_16(const i8 *x) {
  i32 sum = 0;
  for (int i = 0; i < 16; ++i)
    sum += i32{x[i]};
  return sum;
}

// Whole bytes.
template <class Bytes> struct Octets {
  static constexpr int kGreatest = 128;
  template <int Step> VECTOR_FUNCTION static Bytes step(const u8 *w) { return load<Bytes>(w + 64 * Step); }
};
