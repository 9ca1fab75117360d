//===- Half.h - Rounding to float16 ------------------------------*- C++ -*-===//
//
// Tested against the compiler's own conversion by tests/unit/codegen/weights/HalfTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_WEIGHTS_HALF_H
#define WEEBILL_CODEGEN_WEIGHTS_HALF_H

#include <cmath>
#include <cstdint>

namespace weebill::weights {

/// From here on numbers round to infinity.
constexpr float kHalfOverflow = 65520;

/// The bits of the nearest number that float16 has, half to even. For numbers below kHalfOverflow in magnitude.
inline uint16_t toHalf(float x) {
  const uint16_t sign = std::signbit(x) ? 0x8000 : 0;
  int exponent = 0;
  std::frexp(x, &exponent); // |x| is in [2^(exponent - 1), 2^exponent)
  // The last of 11 bits; numbers below 2^-14 are multiples of 2^-24.
  const int place = x == 0 || exponent < -13 ? -24 : exponent - 11;
  const uint16_t units = uint16_t(std::nearbyint(std::ldexp(std::fabs(x), -place))); // exact but for nearbyint
  // 1024 to 2048 units stand for a normal number; 2048 carries into the exponent as it should, and so do 1024
  // subnormal units.
  return uint16_t(sign + ((place + 24) << 10) + units);
}

} // namespace weebill::weights

#endif // WEEBILL_CODEGEN_WEIGHTS_HALF_H
