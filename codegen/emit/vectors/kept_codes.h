// Codes of weights that a model file keeps in groups, in eight steps of four columns of a row: what matrices of such
// formats multiply with the target's dot_unsigned and dot_signed. `Bytes` is a vector of as many bytes as the target
// has lanes of 32 bits, or stands for one. Tested by tests/unit/codegen/kernels.
#pragma once

#include "lanes.h"

// Asks for all lines of a record.
template <int bytes> VECTOR_FUNCTION void prefetch_record(const u8 *record) {
  prefetch(record);
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

// Whole bytes.
template <class Bytes> struct Octets {
  static constexpr int kGreatest = 128;
  template <int Step> VECTOR_FUNCTION static Bytes step(const u8 *w) { return load<Bytes>(w + 64 * Step); }
};
