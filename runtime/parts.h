//===- parts.h - Parts of a phase that others may take -----------*- C++ -*-===//
//
// Where cores are not equally fast (a phone's), whoever is done early takes parts of the others' work. Parts are cut
// out of each worker's own share, so rows stay with their worker, and in that core's cache, as far as it gets to them.
// No number depends on who computes it. Tested by tests/unit/runtime/PartsTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

#include <atomic>

/// Of one worker's share of a phase: who is four times as fast as another takes what the other cannot begin in time.
constexpr i32 kParts = 4;

/// How many parts of a worker's share are begun. What they compute becomes visible by the barrier behind the phase.
class alignas(64) PartsBegun {
public:
  /// The next one of phase `phase`, for whoever asks; kParts if all are begun. Phases follow each other with a barrier
  /// between, so a count of another phase is one that is over: its owner has not come here yet.
  i32 take(u32 phase) {
    u64 old = word.load(std::memory_order_relaxed);
    for (;;) {
      const i32 part = old >> 8 == phase ? static_cast<i32>(old & 255) : 0;
      if (part == kParts || word.compare_exchange_weak(old, u64{phase} << 8 | u64(part + 1), std::memory_order_relaxed))
        return part;
    }
  }

private:
  std::atomic<u64> word{0}; // phase << 8 | parts
};
