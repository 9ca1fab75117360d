//===- barrier.h - Everybody waits for everybody -----------------*- C++ -*-===//
//
// One token takes about 150 phases with a barrier after each. A barrier among running threads costs 0.2 us when
// everybody spins, and 40 us with a mutex and a condition variable; but spinning without end starves the thread that is
// waited for when cores are taken away. So: spin for a few microseconds, then park in the kernel. Tested by
// tests/unit/runtime/ThreadsTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/platform/platform.h"
#include "runtime/types.h"

#include <atomic>

/// Tells the core that we are only waiting.
inline void pause_core() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("isb" ::: "memory"); // `yield` does nothing on most cores
#endif
}

/// How many pauses fit into `microseconds`: a pause takes 5 to 150 cycles, depending on the core.
inline i32 pauses_in(i32 microseconds) {
  constexpr i32 kPauses = 200;
  i64 shortest = 1'000'000; // ns; the shortest of a few, because one of them may be interrupted
  for (i32 attempt = 0; attempt < 5; ++attempt) {
    const i64 start = platform::nanoseconds();
    for (i32 pause = 0; pause < kPauses; ++pause)
      pause_core();
    const i64 taken = platform::nanoseconds() - start;
    shortest = taken < shortest ? taken : shortest;
  }
  const i64 pauses = i64{1000} * microseconds * kPauses / (shortest + 1);
  return static_cast<i32>(pauses < 100'000 ? pauses : 100'000);
}

/// How long one thread spins before it parks. Spinning in vain means that the others have no core: then it spins less,
/// until it pays again. But never less than `least`: whoever parks is woken 40 us late, and makes the others wait in
/// vain in their turn. Two threads fell from 300 to 107 tokens/s that way, each parked in nearly every phase.
struct Patience {
  i32 spins = 1, least = 1, most = 1;

  void reward() { spins = spins < most / 2 ? 2 * spins : most; }
  void punish() { spins = spins / 2 > least ? spins / 2 : least; }
};

/// How long somebody waited for others: pauses while it spun, and nanoseconds in the kernel.
struct Wait {
  i64 pauses = 0, slept = 0;
};

/// Returns when `word` is no longer `old`: spins first, then sleeps in the kernel until notified.
inline Wait wait_while(const std::atomic<i32> &word, i32 old, Patience &patience) {
  for (i32 spin = 0; spin < patience.spins; ++spin) {
    if (word.load(std::memory_order_acquire) != old) {
      patience.reward();
      return {spin, 0};
    }
    pause_core();
  }
  const i32 pauses = patience.spins;
  patience.punish();
  const i64 start = platform::nanoseconds();
  word.wait(old, std::memory_order_acquire);
  return {pauses, platform::nanoseconds() - start};
}

/// All waits of a worker. It alone writes them; others may read at any time.
struct Waits {
  std::atomic<i64> pauses{0}, slept{0};

  void add(const Wait &wait) {
    pauses.store(pauses.load(std::memory_order_relaxed) + wait.pauses, std::memory_order_relaxed);
    slept.store(slept.load(std::memory_order_relaxed) + wait.slept, std::memory_order_relaxed);
  }
};

/// Everybody waits for everybody, any number of times. The phase is a counter instead of a flipping sense, so that
/// nobody has to remember one.
class Barrier {
public:
  Wait wait(i32 count, Patience &patience) {
    if (count == 1)
      return {};
    const i32 now = phase.load(std::memory_order_relaxed); // it cannot move on before we arrive
    if (arrived.fetch_add(1, std::memory_order_acq_rel) + 1 < count)
      return wait_while(phase, now, patience);
    arrived.store(0, std::memory_order_relaxed);
    phase.fetch_add(1); // sequentially consistent: notify_all looks for sleepers after this, never before
    phase.notify_all();
    return {};
  }

  /// Nobody waits any more.
  void forget() { arrived.store(0, std::memory_order_relaxed); }

private:
  alignas(64) std::atomic<i32> arrived{0}; // everybody writes this one ...
  alignas(64) std::atomic<i32> phase{0};   // ... and spins on this one
};
