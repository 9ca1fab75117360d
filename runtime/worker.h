//===- worker.h - One thread's view of a run ---------------------*- C++ -*-===//
//
// Which share of the work it has, and how it waits for the others. Tested by tests/unit/runtime/PartsTest.cpp and
// ThreadsTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/barrier.h"
#include "runtime/parts.h"
#include "runtime/types.h"

/// One thread's view of a run.
struct Worker {
  i32 index; // of the share that it has; 0 is the caller's
  i32 count; // of shares in this run
  i32 thread;
  Barrier *barrier;
  Patience *patience;
  Waits *waits;
  PartsBegun *begun; // [count], in a run of parts; otherwise nullptr
  u32 phase = 0;     // of the run, counted in a run of parts

  void wait() { waits->add(barrier->wait(count, *patience)); }

  /// Calls work(Worker &) for this worker's share of a phase. In a run of parts it is called for parts of shares, first
  /// its own, then what others have not begun. A barrier comes before the next phase, and none is in `work`.
  template <class Work> void each(Work &&work) {
    Worker part = *this;
    if (begun != nullptr) {
      part.count = count * kParts;
      ++phase;
    }
    for (i32 turn = 0; next_part(part, turn);)
      work(part);
  }

private:
  /// `turn` counts the owners of whose parts none is left to begin.
  bool next_part(Worker &part, i32 &turn) const {
    if (begun == nullptr)
      return turn++ == 0;
    for (; turn < count; ++turn) {
      const i32 owner = (index + turn) % count;
      if (const i32 taken = begun[owner].take(phase); taken < kParts) {
        part.index = owner * kParts + taken;
        return true;
      }
    }
    return false;
  }
};
