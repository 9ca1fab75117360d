//===- cancellation.h - A wish to stop, obeyed by all at once ----*- C++ -*-===//
//
// Anybody may ask at any time, but threads that meet at barriers must all leave at the same place. So one of them looks
// before a stretch of work, and after the barrier at its end everybody does what was seen. Tested by
// tests/unit/runtime/CancellationTest.cpp and tests/emitted/test_c_api.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"
#include "runtime/worker.h"

#include <atomic>

class Cancellation {
public:
  /// From any thread. The wish stays until it was obeyed or forgotten.
  void ask() { asked.store(true, std::memory_order_relaxed); }
  void forget() { asked.store(false, std::memory_order_relaxed); }

  /// Called by every worker before stretch `index` of a run, which ends with a barrier.
  void look(i32 index, const Worker &me) {
    if (me.index == 0)
      seen[index % 2] = asked.load(std::memory_order_relaxed);
  }

  /// After that barrier: the same for all workers. Two places, because worker 0 may look again while others still read;
  /// it cannot come to the stretch after that before they have passed one more barrier.
  bool stops(i32 index) const { return seen[index % 2]; }

private:
  std::atomic<bool> asked{false};
  bool seen[2] = {};
};
