//===- threads.h - A team of threads that stays together ---------*- C++ -*-===//
//
// One token takes about 150 phases with a barrier after each. A barrier among running threads costs 0.2 us when
// everybody spins, and 40 us with a mutex and a condition variable; but spinning without end starves the thread that is
// waited for when cores are taken away. So: spin for a few microseconds, then park in the kernel. Nothing is allocated
// after the team has started. Needs kStackBytes. Tested by tests/unit/runtime/ThreadsTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/arithmetic.h"
#include "runtime/fail.h"
#include "runtime/platform/platform.h"
#include "runtime/types.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <type_traits>

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

/// Returns when `word` is no longer `old`: spins first, then sleeps in the kernel until notified. Says for how long it
/// slept, in nanoseconds.
inline i64 wait_while(const std::atomic<i32> &word, i32 old, Patience &patience) {
  for (i32 spin = 0; spin < patience.spins; ++spin) {
    if (word.load(std::memory_order_acquire) != old) {
      patience.reward();
      return 0;
    }
    pause_core();
  }
  patience.punish();
  const i64 start = platform::nanoseconds();
  word.wait(old, std::memory_order_acquire);
  return platform::nanoseconds() - start;
}

/// Everybody waits for everybody, any number of times. The phase is a counter instead of a flipping sense, so that
/// nobody has to remember one.
class Barrier {
public:
  /// Says for how long it slept, in nanoseconds.
  i64 wait(i32 count, Patience &patience) {
    if (count == 1)
      return 0;
    const i32 now = phase.load(std::memory_order_relaxed); // it cannot move on before we arrive
    if (arrived.fetch_add(1, std::memory_order_acq_rel) + 1 < count)
      return wait_while(phase, now, patience);
    arrived.store(0, std::memory_order_relaxed);
    phase.fetch_add(1); // sequentially consistent: notify_all looks for sleepers after this, never before
    phase.notify_all();
    return 0;
  }

  /// Nobody waits any more.
  void forget() { arrived.store(0, std::memory_order_relaxed); }

private:
  alignas(64) std::atomic<i32> arrived{0}; // everybody writes this one ...
  alignas(64) std::atomic<i32> phase{0};   // ... and spins on this one
};

/// One thread's view of a run.
struct Worker {
  i32 index; // 0 is the caller
  i32 count; // of workers in this run
  Barrier *barrier;
  Patience *patience;
  std::atomic<i64> *slept; // ns that it has slept for others, in all

  void wait() {
    if (const i64 time = barrier->wait(count, *patience); time > 0)
      slept->store(slept->load(std::memory_order_relaxed) + time, std::memory_order_relaxed);
  }
};

class Team {
public:
  /// Starts `threads - 1` threads: the caller of `run` is the first worker. Each has a stack of kStackBytes, whatever
  /// the system would give it.
  explicit Team(i32 threads) : threads(threads), members(new Member[static_cast<std::size_t>(threads)]) {
    start_workers();
  }

  Team(const Team &) = delete;
  Team &operator=(const Team &) = delete;

  ~Team() {
    if (process == platform::process_id())
      end_workers(threads);
  }

  i32 size() const { return threads; }

  /// How long the worker who has slept most for others did, in nanoseconds, since this was last asked. What one is just
  /// about to note counts the next time.
  i64 take_slept() {
    i64 most = 0;
    for (i32 index = 0; index < threads; ++index) {
      Member &member = members[static_cast<std::size_t>(index)];
      const i64 now = member.slept.load(std::memory_order_relaxed);
      most = std::max(most, now - member.seen);
      member.seen = now;
    }
    return most;
  }

  /// Calls `function(Worker &)` on workers 0 .. count - 1 and returns when all of them are done.
  template <class Function> void run(i32 count, Function &&function) {
    using Plain = std::remove_reference_t<Function>;
    call = [](const void *context, Worker &worker) {
      (*const_cast<Plain *>(static_cast<const Plain *>(context)))(worker);
    };
    context = std::addressof(function);
    workers = count;
    if (count > 1 && process != platform::process_id())
      start_again();
    for (i32 index = 1; index < count; ++index)
      wake(members[index]);
    work(0);
  }

private:
  struct alignas(64) Member {
    std::atomic<i32> runs{0}; // counts up when there is something to do
    Team *team = nullptr;
    i32 index = 0;
    Patience patience;
    std::atomic<i64> slept{0}; // ns, for others
    i64 seen = 0;              // of it, by the caller
    platform::Thread thread;
  };

  void start_workers() {
    // Threads with a core each wait for the slowest phase of another, up to some 100 us. More threads than cores:
    // whoever spins holds the core that the others need.
    const bool enough = threads <= platform::available_threads();
    const i32 least = pauses_in(enough ? 50 : 1), most = pauses_in(enough ? 300 : 1);
    for (i32 index = 0; index < threads; ++index)
      members[index].patience = {most, least, most};
    for (i32 index = 1; index < threads; ++index) {
      members[index].team = this;
      members[index].index = index;
      if (!platform::start_thread(members[index].thread, kStackBytes, &Team::live, &members[index])) {
        const std::string problem = platform::problem();
        end_workers(index);
        stopping = false;
        process = 0;
        fail("cannot start thread %d of %d: %s", index + 1, threads, problem.c_str());
      }
    }
    process = platform::process_id();
  }

  /// In a process that was forked: the threads stayed in the other one. What they left behind is of no use.
  void start_again() {
    std::make_unique<Member[]>(static_cast<std::size_t>(threads)).swap(members);
    barrier.forget();
    start_workers();
  }

  /// Those before `end`.
  void end_workers(i32 end) {
    stopping = true;
    for (i32 index = 1; index < end; ++index)
      wake(members[index]);
    for (i32 index = 1; index < end; ++index)
      platform::join_thread(members[index].thread);
  }

  static void wake(Member &member) {
    member.runs.fetch_add(1); // publishes the job; sequentially consistent for the reason in Barrier
    member.runs.notify_one();
  }

  static void live(void *self) {
    Member &member = *static_cast<Member *>(self);
    Team &team = *member.team;
    for (u32 seen = 0;; ++seen) { // unsigned: may go round
      wait_while(member.runs, static_cast<i32>(seen), member.patience);
      if (team.stopping)
        return;
      team.work(member.index);
    }
  }

  void work(i32 index) {
    const ExactMode exact; // the caller's threads are another program's
    Member &member = members[index];
    Worker worker{index, workers, &barrier, &member.patience, &member.slept};
    call(context, worker);
    worker.wait(); // after this the caller may go on, and write the next job
  }

  i32 threads;
  i64 process = 0; // in which the workers live; 0: there are none
  std::unique_ptr<Member[]> members;
  Barrier barrier;
  // The job: written by the caller while all others are idle.
  void (*call)(const void *context, Worker &worker) = nullptr;
  const void *context = nullptr;
  i32 workers = 0;
  bool stopping = false;
};
