//===- arithmetic.h - Float arithmetic as it is written ----------*- C++ -*-===//
//
// A model's numbers are exact only if every operation rounds to nearest, keeps what is subnormal and stays where it
// stands. Two things spoil that: the mode of the thread (programs linked with -ffast-math, audio software and games
// flush subnormal numbers to zero), which is put right while the model computes, and flags of the compiler. The opening
// of an emitted file refuses the flags that have a macro and switches off what it can; the others are found here, by
// what they do. Tested by tests/unit/runtime/ArithmeticTest.cpp and tests/emitted/test_toolchains.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/fail.h"
#include "runtime/platform/cpu.h"
#include "runtime/types.h"

#include <cmath>

/// While it lives, this thread rounds to nearest and keeps subnormal numbers. Then it does as before.
class ExactMode {
public:
  ExactMode() : before(mode()) { set_mode(before & ~kInexact); }
  ~ExactMode() { set_mode(before); }
  ExactMode(const ExactMode &) = delete;
  ExactMode &operator=(const ExactMode &) = delete;

private:
#if defined(__x86_64__)
  static constexpr u32 kInexact = 0xe040; // MXCSR: flush to zero, rounding, denormals are zero
  static u32 mode() {
    u32 now;
    __asm__ __volatile__("stmxcsr %0" : "=m"(now));
    return now;
  }
  static void set_mode(u32 now) { __asm__ __volatile__("ldmxcsr %0" ::"m"(now) : "memory"); }
  u32 before;
#elif defined(__aarch64__)
  static constexpr u64 kInexact = 0x01c80000; // FPCR: flush to zero, also of halves, rounding
  static u64 mode() {
    u64 now;
    __asm__ __volatile__("mrs %0, fpcr" : "=r"(now));
    return now;
  }
  static void set_mode(u64 now) { __asm__ __volatile__("msr fpcr, %0" ::"r"(now) : "memory"); }
  u64 before;
#else // nothing is known of a mode that would have to be changed
  static constexpr u32 kInexact = 0;
  static u32 mode() { return 0; }
  static void set_mode(u32) {}
  u32 before;
#endif
};

/// Compiled with the instruction that fuses them, if the CPU may have one: it is what a compiler takes.
#if defined(__x86_64__)
[[gnu::target("fma")]]
#endif
[[gnu::noinline]] inline bool fuses_products_and_sums() {
  volatile f32 factor = 1.000244140625f, square = 1.00048828125f; // the factor's square, less 2^-24, which is lost
  const f32 x = factor, y = square;
  return x * x - y != 0;
}

inline bool can_fuse() {
#if defined(__x86_64__)
  return platform::cpu_has(platform::kFma);
#else
  return true;
#endif
}

/// Whether the compiler left arithmetic as it is written. Each line is something that one freedom would change: another
/// order, products with one reciprocal, a zero without its sign, a product and a sum rounded once.
[[gnu::noinline]] inline bool arithmetic_is_exact() {
  const ExactMode exact;
  volatile f32 known[] = {1e8f, 1, 7, -0.0f, 3, 6, 9, 11};
  const f32 large = known[0], one = known[1], seven = known[2], zero = known[3];
  const f32 positive = zero == 0 ? 0.0f : zero; // Clang's pragmas do not reach such a choice
  const f32 a = known[4] / seven, b = known[5] / seven, c = known[6] / seven, d = known[7] / seven;
  return large + one - large == 0 &&                                                                 //
         a == 0x1.b6db6ep-2f && b == 0x1.b6db6ep-1f && c == 0x1.492492p+0f && d == 0x1.924924p+0f && //
         !std::signbit(zero + 0.0f) && !std::signbit(positive) &&                                    //
         !(can_fuse() && fuses_products_and_sums());
}

inline void require_exact_arithmetic() {
  if (!arithmetic_is_exact())
    fail("the compiler was allowed to change float arithmetic, and with it the model's numbers: compile without "
         "-ffp-contract=fast, -ffp-model=fast, -funsafe-math-optimizations and their like");
}
