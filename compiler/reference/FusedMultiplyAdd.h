//===- FusedMultiplyAdd.h - Loops of fma at the machine's speed --*- C++ -*-===//
//
// std::fma gives the same bits everywhere, but without the instruction it is a hundred times slower, and the project is
// compiled for machines that may lack it. Functions marked here exist twice on x86-64, and the call picks the one that
// the processor runs.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_REFERENCE_FUSEDMULTIPLYADD_H
#define WEEBILL_COMPILER_REFERENCE_FUSEDMULTIPLYADD_H

#include "runtime/platform/cpu.h"

#include <cmath>

namespace weebill::reference {

#if defined(__x86_64__)

inline bool hasFusedMultiplyAdd() {
  static const bool has = platform::cpu_has(platform::kAvx2 | platform::kFma);
  return has;
}

/// Defines `name`, which runs the always-inline function `body` with the same parameters.
#define WEEBILL_WITH_FMA(name, body, parameters, arguments)                                                            \
  __attribute__((target("avx2,fma"))) static void name##WithFma parameters { body arguments; }                         \
  static void name##Plain parameters { body arguments; }                                                               \
  static void name parameters { hasFusedMultiplyAdd() ? name##WithFma arguments : name##Plain arguments; }

#else // the instruction is part of the base, or std::fma serves

#define WEEBILL_WITH_FMA(name, body, parameters, arguments)                                                            \
  static void name parameters { body arguments; }

#endif

#define WEEBILL_ALWAYS_INLINE inline __attribute__((always_inline))

} // namespace weebill::reference

#endif // WEEBILL_COMPILER_REFERENCE_FUSEDMULTIPLYADD_H
