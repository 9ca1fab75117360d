//===- LastToken.h - The last token of rows, alone ---------------*- C++ -*-===//
//
// Tested by tests/unit/compiler/reference/InterpreterTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_REFERENCE_LASTTOKEN_H
#define WEEBILL_COMPILER_REFERENCE_LASTTOKEN_H

#include "compiler/reference/Rows.h"

namespace weebill::reference {

template <typename Real> Rows<Real> lastOf(const Rows<Real> &x) {
  Rows<Real> last(1, x.columns);
  std::copy(x.row(x.tokens - 1), x.row(x.tokens), last.row(0));
  return last;
}

template <typename Real> Codes<Real> lastOf(const Codes<Real> &x) {
  Codes<Real> last(1, x.columns);
  std::copy(x.row(x.tokens - 1), x.row(x.tokens), last.row(0));
  last.scales[0] = x.scales.back();
  return last;
}

template <typename Real> GroupCodes<Real> lastOf(const GroupCodes<Real> &x) {
  GroupCodes<Real> last(1, x.columns);
  const int64_t groups = x.columns / x.kGroup;
  std::copy(x.row(x.tokens - 1), x.row(x.tokens), last.row(0));
  std::copy(x.scales.end() - groups, x.scales.end(), last.scales.begin());
  std::copy(x.sums.end() - groups, x.sums.end(), last.sums.begin());
  return last;
}

} // namespace weebill::reference

#endif // WEEBILL_COMPILER_REFERENCE_LASTTOKEN_H
