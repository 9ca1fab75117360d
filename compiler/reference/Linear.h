//===- Linear.h - Rows times weights -----------------------------*- C++ -*-===//
//
// Products of all tokens with all rows of a matrix, shared out over rows. `A` is ExactArithmetic or DoubleArithmetic.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_REFERENCE_LINEAR_H
#define WEEBILL_COMPILER_REFERENCE_LINEAR_H

#include "compiler/reference/Parallel.h"
#include "compiler/reference/Rows.h"
#include "compiler/reference/WeightStore.h"

#include <algorithm>

namespace weebill::reference {

/// Tokens [first, first + kTile) as [columns][kTile], zeros after the last one.
template <typename A> std::vector<typename A::Real> packTile(const Rows<typename A::Real> &x, int64_t first) {
  std::vector<typename A::Real> tile(x.columns * A::kTile);
  int64_t count = std::min(A::kTile, x.tokens - first);
  for (int64_t token = 0; token < count; ++token)
    for (int64_t k = 0; k < x.columns; ++k)
      tile[k * A::kTile + token] = x.row(first + token)[k];
  return tile;
}

template <typename A> Rows<typename A::Real> linear(const Rows<typename A::Real> &x, const FloatMatrix &weight) {
  Rows<typename A::Real> y(x.tokens, weight.rows);
  for (int64_t first = 0; first < x.tokens; first += A::kTile) {
    std::vector<typename A::Real> tile = packTile<A>(x, first);
    int64_t count = std::min(A::kTile, x.tokens - first);
    forRanges(weight.rows, [&](int64_t firstRow, int64_t lastRow) {
      typename A::Real sums[A::kTile];
      for (int64_t row = firstRow; row < lastRow; ++row) {
        A::linear(weight.row(row), tile.data(), x.columns, sums);
        for (int64_t token = 0; token < count; ++token)
          y.row(first + token)[row] = sums[token];
      }
    });
  }
  return y;
}

/// Exact for up to 66,000 columns (docs/numerics.md, "Linear").
inline int32_t sumOfProducts(const uint8_t *codes, const int8_t *row, int64_t columns) {
  int32_t sum = 0;
  for (int64_t k = 0; k < columns; ++k)
    sum += int32_t(codes[k]) * int32_t(row[k]);
  return sum;
}

template <typename A> Rows<typename A::Real> linear(const Codes<typename A::Real> &x, const Int8Matrix &weight) {
  constexpr int64_t kExactColumns = 66000;
  if (x.columns > kExactColumns)
    throw importer::InputError("a row of " + std::to_string(x.columns) + " codes is wider than the " +
                               std::to_string(kExactColumns) + " that 32-bit sums hold");
  Rows<typename A::Real> y(x.tokens, weight.rows);
  forRanges(weight.rows, [&](int64_t firstRow, int64_t lastRow) {
    for (int64_t row = firstRow; row < lastRow; ++row)
      for (int64_t token = 0; token < x.tokens; ++token) {
        int32_t sum = sumOfProducts(x.row(token), weight.row(row), x.columns);
        y.row(token)[row] = A::scaleSum(sum, weight.rowSums[row], x.scales[token], weight.scales[row]);
      }
  });
  return y;
}

template <typename A> Rows<typename A::Real> linear(const GroupCodes<typename A::Real> &x, const KeptMatrix &weight) {
  constexpr int64_t kGroup = GroupCodes<typename A::Real>::kGroup;
  Rows<typename A::Real> y(x.tokens, weight.rows);
  forRanges(weight.rows, [&](int64_t firstRow, int64_t lastRow) {
    for (int64_t row = firstRow; row < lastRow; ++row)
      for (int64_t token = 0; token < x.tokens; ++token) {
        typename A::Real sum = 0;
        for (int64_t part = 0; part < x.columns / weight.group; ++part) { // of a group that has one scale
          const int64_t first = part * weight.group, group = x.group(token) + first / kGroup;
          int32_t products = 0;
          for (int64_t k = first; k < first + weight.group; ++k)
            products += int32_t(x.row(token)[k]) * int32_t(weight.row(row)[k]);
          sum = A::addProducts(sum, products, x.scales[group], weight.scale(row, part));
          if (!weight.minimums.empty())
            sum = A::addMinimum(sum, weight.minimum(row, part), x.scales[group], x.sums[group]);
        }
        y.row(token)[row] = sum;
      }
  });
  return y;
}

} // namespace weebill::reference

#endif // WEEBILL_COMPILER_REFERENCE_LINEAR_H
