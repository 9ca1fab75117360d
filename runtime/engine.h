//===- engine.h - Weights, threads and buffers at work -----------*- C++ -*-===//
//
// What models that go on from different tokens can share: all but the tokens and the cache. They take turns. What
// stands before it in an emitted file is in runtime/README.md. Tested by tests/unit/runtime/ModelTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/arithmetic.h"
#include "runtime/attendance.h"
#include "runtime/platform/platform.h"
#include "runtime/threads.h"
#include "runtime/types.h"
#include "runtime/zeroed_memory.h"

#include <algorithm>
#include <atomic>
#include <vector>

struct Engine {
  Engine(const u8 *given_content, i32 given_decode_threads, i32 given_prefill_threads)
      : content(given_content), decode_threads(given_decode_threads), prefill_threads(given_prefill_threads),
        weights(locate_weights(given_content)), team(std::max(given_decode_threads, given_prefill_threads)),
        attendance(team.size()), scratch(static_cast<std::size_t>(team.size())),
        memory(kActivationBytes + u64(team.size()) * kScratchBytes) {
    require_exact_arithmetic();
    lay_out(state, scratch.data(), memory.data(), team.size());
  }

  /// Runs `function(Worker &)` on so many threads, or on fewer while others want their cores.
  template <class Function> void run(i32 wanted, Function &&function) {
    const i64 begin = platform::nanoseconds();
    const Dealing dealing = attendance.of(wanted, begin);
    team.run(dealing.count, function, dealing.parts);
    attendance.saw(dealing, begin, platform::nanoseconds(), team.take_waits());
  }

  const u8 *content; // of the weights file
  const i32 decode_threads, prefill_threads;
  Weights weights;
  Team team;
  Attendance attendance;
  std::vector<Scratch> scratch; // one for each thread, pointing into `memory`
  ZeroedMemory memory;
  State state;
  std::atomic<const void *> logits_of{nullptr}; // the model whose last token has its logits in `state`
  i32 last_row = 0;                             // of that token in the chunk
  std::atomic<bool> taken{false};
};

/// Whose turn it is, for those that share an engine and run on threads of their own.
class Turn {
public:
  explicit Turn(Engine &engine) : taken(engine.taken) {
    while (taken.exchange(true, std::memory_order_acquire))
      taken.wait(true, std::memory_order_relaxed);
  }
  Turn(const Turn &) = delete;
  Turn &operator=(const Turn &) = delete;
  ~Turn() {
    taken.store(false, std::memory_order_release);
    taken.notify_one();
  }

private:
  std::atomic<bool> &taken;
};
