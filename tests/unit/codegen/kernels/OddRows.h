//===- OddRows.h - Rows that tell mistakes apart -----------------*- C++ -*-===//
//
// What kernels of rows are tested with, and the norm that they are compared with.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_TESTS_ODDROWS_H
#define WEEBILL_TESTS_ODDROWS_H

#include "RandomNumbers.h"
#include "ReferenceLoops.h"

#include <vector>

namespace weebill::tests {

inline int64_t padded(int64_t columns) { return (columns + 63) / 64 * 64; }

constexpr f32 kEpsilon = 1e-5f;

/// Rows that tell mistakes apart: ordinary, all zero, only positive, only negative, with one huge element; with
/// elements that are infinite or no numbers: one, some in every lane and way, all, and a difference that no float
/// holds.
inline std::vector<GuardedArray<f32>> rows(int64_t columns, RandomNumbers &random) {
  std::vector<GuardedArray<f32>> all(13, GuardedArray<f32>(padded(columns)));
  for (int64_t i = 0; i < columns; ++i) {
    all[0][i] = random.normal() * 3;
    all[2][i] = std::fabs(random.normal()) + 0.5f;
    all[3][i] = -std::fabs(random.normal()) - 0.5f;
    all[4][i] = random.normal();
  }
  all[4][columns / 2] = -1e6f;
  for (int64_t i = 0; i < columns; ++i) {
    for (size_t row = 5; row < 9; ++row)
      all[row][i] = random.normal() + (row == 7 ? 9.0f : 0.0f);
    if (random.between(0, 2) == 0) {
      all[7][i] = NAN;
      all[8][i] = random.between(0, 1) ? INFINITY : -NAN;
    }
    all[9][i] = NAN;
    all[10][i] = -INFINITY;
    all[11][i] = i % 2 ? 3e38f : -3e38f;
    all[12][i] = i < 16 ? NAN : 5.0f;
  }
  all[5][columns - 1] = INFINITY;
  all[6][columns / 2] = NAN;
  return all;
}

inline GuardedArray<f32> gains(int64_t columns, RandomNumbers &random) {
  GuardedArray<f32> gain(padded(columns));
  for (int64_t i = 0; i < columns; ++i)
    gain[i] = 1 + 0.2f * random.normal();
  return gain;
}

inline const std::vector<int64_t> kColumns = {16, 64, 100, 192, 576, 1536};

/// With the padding, zeros that are multiplied like all others: of a row without a number they are none either.
inline void normalize(const GuardedArray<f32> &x, const GuardedArray<f32> &gain, int64_t columns,
                      GuardedArray<f32> &y) {
  reference::rmsNorm(x.data(), gain.data(), kEpsilon, columns, y.data());
  const f32 inverse = reference::inverseRoot(x.data(), kEpsilon, columns);
  for (size_t i = size_t(columns); i < x.size(); ++i)
    y[i] = (x[i] * inverse) * gain[i];
}

} // namespace weebill::tests

#endif // WEEBILL_TESTS_ODDROWS_H
