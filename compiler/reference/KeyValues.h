//===- KeyValues.h - Keys and values of all positions so far -----*- C++ -*-===//
//
// The cache of one visit, and attention over it. `A` is ExactArithmetic or DoubleArithmetic.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_REFERENCE_KEYVALUES_H
#define WEEBILL_COMPILER_REFERENCE_KEYVALUES_H

#include "compiler/reference/Parallel.h"
#include "compiler/reference/RoundToHalf.h"
#include "compiler/reference/Rows.h"

namespace weebill {

template <typename A> class KeyValues {
public:
  using Real = typename A::Real;

  /// Adds the positions of a call. Rounded to float16 on the way in, or kept as they are.
  void append(const Rows<Real> &newKeys, const Rows<Real> &newValues, bool asHalf) {
    stride = newKeys.columns;
    appendTo(keys, newKeys, asHalf);
    appendTo(values, newValues, asHalf);
  }

  int64_t positions() const { return stride == 0 ? 0 : int64_t(keys.size()) / stride; }

  /// Attention of a call's queries, the last of which is at the last position. Every head of a token is on its own.
  Rows<Real> attend(const Rows<Real> &queries, int64_t heads) const {
    Rows<Real> y(queries.tokens, queries.columns);
    int64_t headSize = queries.columns / heads, headsOfGroup = heads * headSize / stride;
    int64_t firstPosition = positions() - queries.tokens;
    forRanges(queries.tokens * heads, [&](int64_t first, int64_t last) {
      for (int64_t item = first; item < last; ++item) {
        int64_t token = item / heads, head = item % heads, offset = head / headsOfGroup * headSize;
        A::attend(queries.row(token) + head * headSize, keys.data() + offset, values.data() + offset, stride,
                  firstPosition + token + 1, headSize, y.row(token) + head * headSize);
      }
    });
    return y;
  }

private:
  static void appendTo(std::vector<Real> &all, const Rows<Real> &rows, bool asHalf) {
    for (Real value : rows.values)
      all.push_back(asHalf ? Real(roundToHalf(value)) : value);
  }

  int64_t stride = 0;             // key-value heads * head size
  std::vector<Real> keys, values; // [positions][stride]
};

} // namespace weebill

#endif // WEEBILL_COMPILER_REFERENCE_KEYVALUES_H
