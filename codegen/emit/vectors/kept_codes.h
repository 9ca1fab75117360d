// Codes of weights that a model file keeps in groups, four columns of a row at a time: what matrices of such formats
// multiply with the target's dot_unsigned and dot_signed. `Bytes` is a vector of as many bytes as the target has lanes
// of 32 bits, or stands for one. Tested by tests/unit/codegen/kernels.
#pragma once

#include "portable.h"

// Four columns of each lane's row; rows of a block lie four bytes apart.
template <class Bytes> VECTOR_FUNCTION Bytes bytes_at(const u8 *place) {
  Bytes bytes;
  std::memcpy(&bytes, place, sizeof bytes);
  return bytes;
}

// Codes of four bits, 0 to 15: the first half of a group's columns in the lower halves of bytes, the second in the
// upper.
template <class Bytes> struct Nibbles {
  static constexpr int kSteps = 8, kGreatest = 15;
  template <int Step> VECTOR_FUNCTION static Bytes step(const u8 *w) {
    const Bytes two = bytes_at<Bytes>(w + 64 * (Step % 4));
    if constexpr (Step < 4)
      return two & 15;
    else
      return two >> 4;
  }
};

// Whole bytes.
template <class Bytes> struct Octets {
  static constexpr int kSteps = 8, kGreatest = 128;
  template <int Step> VECTOR_FUNCTION static Bytes step(const u8 *w) { return bytes_at<Bytes>(w + 64 * Step); }
};
