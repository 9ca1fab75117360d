//===- RoundToHalf.h - Rounding to float16 -----------------------*- C++ -*-===//
//
// Tested against the compiler's own conversion by tests/unit/compiler/reference/RoundToHalfTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_REFERENCE_ROUNDTOHALF_H
#define WEEBILL_COMPILER_REFERENCE_ROUNDTOHALF_H

namespace weebill::reference {

/// The nearest number that float16 has, half to even, infinity from 65520 on.
double roundToHalf(double x);

} // namespace weebill::reference

#endif // WEEBILL_COMPILER_REFERENCE_ROUNDTOHALF_H
