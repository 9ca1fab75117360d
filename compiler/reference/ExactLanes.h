//===- ExactLanes.h - Sums in lanes ------------------------------*- C++ -*-===//
//
// "Sums over a row" in docs/numerics.md. Tested by tests/unit/compiler/reference/ExactArithmeticTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_REFERENCE_EXACTLANES_H
#define WEEBILL_COMPILER_REFERENCE_EXACTLANES_H

#include <cstdint>

namespace weebill::reference {

constexpr int64_t kLanes = 16;

/// The lanes of a sum, added up in order.
inline float addLanes(const float (&partial)[kLanes]) {
  float total = 0;
  for (float lane : partial)
    total = total + lane;
  return total;
}

} // namespace weebill::reference

#endif // WEEBILL_COMPILER_REFERENCE_EXACTLANES_H
