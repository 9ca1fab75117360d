//===- RoundToHalf.cpp - Rounding to float16 ------------------------------===//
//
// Tested by tests/unit/compiler/reference/RoundToHalfTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/reference/RoundToHalf.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace weebill::reference {

double roundToHalf(double x) {
  if (x == 0 || !std::isfinite(x))
    return x;
  // Numbers in [2^e, 2^(e+1)) are 2^(e-10) apart; below the smallest normal number, 2^-14, the distance stays 2^-24.
  int exponent = std::max(std::ilogb(x), -14);
  double distance = std::ldexp(1.0, exponent - 10);
  double rounded = std::nearbyint(x / distance) * distance; // the quotient is exact, nearbyint rounds half to even
  constexpr double kLargest = 65504;
  return std::fabs(rounded) > kLargest ? std::copysign(std::numeric_limits<double>::infinity(), x) : rounded;
}

} // namespace weebill::reference
