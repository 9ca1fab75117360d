//===- KeyValues.h - Keys and values of all positions so far -----*- C++ -*-===//
//
// The cache of one visit, and attention over it. `A` is ExactArithmetic or DoubleArithmetic.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_REFERENCE_KEYVALUES_H
#define WEEBILL_COMPILER_REFERENCE_KEYVALUES_H

#include "compiler/reference/CacheContents.h"
#include "compiler/reference/Parallel.h"
#include "compiler/reference/RoundToHalf.h"
#include "compiler/reference/Rows.h"

#include <limits>

namespace weebill::reference {

/// How the cache keeps keys and values.
enum class Kept {
  AsTheyAre,
  Half,  // rounded to float16
  Codes, // int8, one scale for each token and key-value head
};

template <typename A> class KeyValues {
public:
  using Real = typename A::Real;

  /// Adds the positions of a call.
  void append(const Rows<Real> &newKeys, const Rows<Real> &newValues, int64_t heads, Kept kept) {
    stride = newKeys.columns;
    keyValueHeads = heads;
    keys.append(newKeys, heads, kept, /*mixed=*/true);
    values.append(newValues, heads, kept, /*mixed=*/false);
  }

  int64_t positions() const { return stride == 0 ? 0 : int64_t(keys.elements.size()) / stride; }

  CacheContents contents() const {
    return {{keys.elements.begin(), keys.elements.end()},
            {values.elements.begin(), values.elements.end()},
            {keys.scales.begin(), keys.scales.end()},
            {values.scales.begin(), values.scales.end()}};
  }

  /// Attention of a call's queries, the last of which is at the last position. Every head of a token is on its own. A
  /// token sees `window` positions, its own included; 0: all.
  Rows<Real> attend(const Rows<Real> &queries, int64_t heads, int64_t window) const {
    Rows<Real> y(queries.tokens, queries.columns);
    int64_t headSize = queries.columns / heads, headsOfGroup = heads / keyValueHeads;
    int64_t firstPosition = positions() - queries.tokens;
    forRanges(queries.tokens * heads, [&](int64_t first, int64_t last) {
      for (int64_t item = first; item < last; ++item) {
        int64_t token = item / heads, head = item % heads, group = head / headsOfGroup;
        CacheScales<Real> scales;
        if (!keys.scales.empty())
          scales = {keys.scales.data() + group, values.scales.data() + group, keyValueHeads};
        const int64_t seen = firstPosition + token + 1;
        A::attend(queries.row(token) + head * headSize, keys.elements.data() + group * headSize,
                  values.elements.data() + group * headSize, stride,
                  {window > 0 ? std::max<int64_t>(0, seen - window) : 0, seen}, headSize,
                  y.row(token) + head * headSize, scales);
      }
    });
    return y;
  }

private:
  struct Side {
    std::vector<Real> elements; // [positions][stride]
    std::vector<Real> scales;   // [positions][key-value heads], of codes; empty otherwise

    /// `mixed`: what becomes codes is mixed before.
    void append(const Rows<Real> &rows, int64_t heads, Kept kept, bool mixed) {
      if (kept == Kept::Codes)
        return appendCodes(rows, heads, mixed);
      const Real greatest = kept == Kept::Half ? Real(65504) : std::numeric_limits<Real>::max();
      for (Real value : rows.values) {
        const Real finite = within(value, -greatest, greatest);
        elements.push_back(kept == Kept::Half ? Real(roundToHalf(finite)) : finite);
      }
    }

    void appendCodes(const Rows<Real> &rows, int64_t heads, bool mixed) {
      int64_t headSize = rows.columns / heads;
      std::vector<Real> x(headSize), codes(headSize);
      for (int64_t head = 0; head < rows.tokens * heads; ++head) { // heads of a token lie side by side
        std::copy_n(rows.values.data() + head * headSize, headSize, x.data());
        if (mixed)
          mixHead(x.data(), headSize);
        scales.push_back(A::quantizeHead(x.data(), headSize, codes.data()));
        elements.insert(elements.end(), codes.begin(), codes.end());
      }
    }
  };

  int64_t stride = 0; // key-value heads * head size
  int64_t keyValueHeads = 1;
  Side keys, values;
};

} // namespace weebill::reference

#endif // WEEBILL_COMPILER_REFERENCE_KEYVALUES_H
