//===- Rows.h - Values of the reference interpreter --------------*- C++ -*-===//
//
// What an SSA value of the lm dialect holds while the interpreter runs. `Real` is double for the meaning, float for the
// exact arithmetic.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_REFERENCE_ROWS_H
#define WEEBILL_COMPILER_REFERENCE_ROWS_H

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace weebill::reference {

/// tensor<?xNxf32>: [tokens][columns]
template <typename Real> struct Rows {
  Rows() = default;
  Rows(int64_t tokens, int64_t columns) : tokens(tokens), columns(columns), values(tokens * columns) {}

  Real *row(int64_t token) { return values.data() + token * columns; }
  const Real *row(int64_t token) const { return values.data() + token * columns; }

  int64_t tokens = 0, columns = 0;
  std::vector<Real> values;
};

/// Scale and zero point of one token's codes: a code stands for (code - zero) * scale.
template <typename Real> struct CodeScale {
  Real scale = 0;
  int32_t zero = 0;
};

/// min(max(x, least), greatest) of docs/numerics.md: of what is no number it is `least`.
template <typename Real> Real within(Real x, Real least, Real greatest) {
  const Real raised = x > least ? x : least;
  return raised < greatest ? raised : greatest;
}

/// The least and the greatest, and 0 among them. What is no number does not count.
template <typename Real> struct Bounds {
  Real low = 0, high = 0;

  Bounds(const Real *x, int64_t count) {
    for (int64_t i = 0; i < count; ++i) {
      low = x[i] < low ? x[i] : low;
      high = x[i] > high ? x[i] : high;
    }
  }
};

/// Exact in any arithmetic; 0 of nothing. What is no number does not count.
template <typename Real> Real greatestMagnitude(const Real *x, int64_t count) {
  Real greatest = 0;
  for (int64_t i = 0; i < count; ++i)
    greatest = std::max(greatest, std::fabs(x[i]));
  return greatest;
}

/// Elements of a head that are mixed with each other: the greatest power of two that divides its size.
inline int64_t mixedElements(int64_t headSize) { return headSize & -headSize; }

/// Mixes each n neighbours of `count` elements, n a power of two that divides it, in any arithmetic (docs/numerics.md).
template <typename Real> void mix(Real *x, int64_t count, int64_t n) {
  for (int64_t stride = 1; stride < n; stride *= 2)
    for (int64_t i = 0; i < count; ++i)
      if ((i & stride) == 0) {
        const Real a = x[i], b = x[i + stride];
        x[i] = a + b;
        x[i + stride] = a - b;
      }
}

template <typename Real> void mixHead(Real *x, int64_t headSize) { mix(x, headSize, mixedElements(headSize)); }

/// Positions [from, to) that a token sees, all of them or those of its window.
struct Seen {
  int64_t from = 0, to = 0;
};

/// What the codes of an int8 cache are worth: a scale for each position, `stride` elements apart. None for other
/// caches.
template <typename Real> struct CacheScales {
  const Real *keys = nullptr, *values = nullptr;
  int64_t stride = 0;
};

/// !lm.quantized<N>: [tokens][columns]
template <typename Real> struct Codes {
  Codes() = default;
  Codes(int64_t tokens, int64_t columns) : tokens(tokens), columns(columns), values(tokens * columns), scales(tokens) {}

  uint8_t *row(int64_t token) { return values.data() + token * columns; }
  const uint8_t *row(int64_t token) const { return values.data() + token * columns; }

  int64_t tokens = 0, columns = 0;
  std::vector<uint8_t> values;
  std::vector<CodeScale<Real>> scales;
};

/// !lm.quantized<N, 32>: [tokens][columns], and for each group of a row its scale and the sum of its codes.
template <typename Real> struct GroupCodes {
  static constexpr int64_t kGroup = 32;

  GroupCodes() = default;
  GroupCodes(int64_t tokens, int64_t columns)
      : tokens(tokens), columns(columns), values(tokens * columns), scales(tokens * columns / kGroup),
        sums(tokens * columns / kGroup) {}

  int8_t *row(int64_t token) { return values.data() + token * columns; }
  const int8_t *row(int64_t token) const { return values.data() + token * columns; }
  int64_t group(int64_t token) const { return token * columns / kGroup; } // the first of the token

  int64_t tokens = 0, columns = 0;
  std::vector<int8_t> values;
  std::vector<Real> scales;
  std::vector<int32_t> sums;
};

} // namespace weebill::reference

#endif // WEEBILL_COMPILER_REFERENCE_ROWS_H
