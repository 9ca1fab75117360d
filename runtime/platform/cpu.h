//===- cpu.h - What the CPU and the system offer to kernels ------*- C++ -*-===//
//
// x86-64 answers CPUID, and XGETBV tells whether the operating system saves the wide registers. Compilers have a
// function for both, but Clang before 17 does not know all names, and with some C libraries it always answers no. On
// 64-bit ARM only the system knows. Tested by tests/unit/runtime/platform/CpuTest.cpp and
// tests/emitted/test_toolchains.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif
#if defined(__aarch64__) && defined(__APPLE__)
#include <sys/sysctl.h>
#endif
#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

namespace platform {

/// One bit each, so that what kernels need is a sum.
enum Feature : u32 {
  kAvx2 = 1u << 0,
  kFma = 1u << 1,
  kF16c = 1u << 2,
  kAvx512f = 1u << 3,
  kAvx512bw = 1u << 4,
  kAvx512dq = 1u << 5,
  kAvx512vl = 1u << 6,
  kAvx512Vnni = 1u << 7,
  kAsimd = 1u << 8,
  kAsimdDp = 1u << 9, // the 8-bit dot product
  kAmxTile = 1u << 10,
  kAmxInt8 = 1u << 11
};

#if defined(__x86_64__)

/// The registers that the system saves when threads take turns: bits of XCR0. Only where CPUID says that XGETBV exists.
inline u32 saved_registers() {
  u32 low, high;
  __asm__ __volatile__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

inline u32 cpu_features() {
  const auto bit = [](u32 word, i32 index) { return (word >> index & 1u) != 0; };
  u32 a = 0, b = 0, c = 0, d = 0, found = 0;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0 || !bit(c, 27)) // OSXSAVE
    return 0;
  const u32 saved = saved_registers();
  if ((saved & 0x06u) != 0x06u) // xmm and ymm
    return 0;
  found |= (bit(c, 12) ? kFma : 0u) | (bit(c, 29) ? kF16c : 0u);
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0)
    return found;
  found |= bit(b, 5) ? kAvx2 : 0u;
  if ((saved & 0xe0u) == 0xe0u) // masks and zmm
    found |= (bit(b, 16) ? kAvx512f : 0u) | (bit(b, 30) ? kAvx512bw : 0u) | (bit(b, 17) ? kAvx512dq : 0u) |
             (bit(b, 31) ? kAvx512vl : 0u) | (bit(c, 11) ? kAvx512Vnni : 0u);
  if ((saved & 0x60000u) == 0x60000u) // shapes and data of tiles, which the system gives to whom it wants: tiles.h
    found |= (bit(d, 24) ? kAmxTile : 0u) | (bit(d, 25) ? kAmxInt8 : 0u);
  return found;
}

#elif defined(__aarch64__) && defined(__APPLE__)

inline u32 cpu_features() {
  i32 has = 0;
  std::size_t bytes = sizeof has;
  const bool known = sysctlbyname("hw.optional.arm.FEAT_DotProd", &has, &bytes, nullptr, 0) == 0;
  return kAsimd | (known && has != 0 ? kAsimdDp : 0u);
}

#elif defined(__aarch64__) && defined(__linux__)

inline u32 cpu_features() { return kAsimd | ((getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0 ? kAsimdDp : 0u); }

#elif defined(__aarch64__) // a system that was not asked

inline u32 cpu_features() { return kAsimd; }

#else // a CPU of which Weebill knows no feature

inline u32 cpu_features() { return 0; }

#endif

[[maybe_unused]] inline bool cpu_has(u32 needed) { return (cpu_features() & needed) == needed; }

} // namespace platform
