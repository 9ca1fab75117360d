//===- threads.h - A team of threads that stays together ---------*- C++ -*-===//
//
// Its threads wait for work as they wait for each other (barrier.h). Nothing is allocated after the team has started.
// Needs kStackBytes. Tested by tests/unit/runtime/ThreadsTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/arithmetic.h"
#include "runtime/barrier.h"
#include "runtime/fail.h"
#include "runtime/parts.h"
#include "runtime/platform/platform.h"
#include "runtime/types.h"
#include "runtime/worker.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <type_traits>

/// How a team waited in a run, in nanoseconds.
struct TeamWaits {
  i64 most_slept = 0;      // in the kernel, by the one who did so most
  i64 most = 0, least = 0; // in all, by the one who waited most, and by the one who waited least
};

class Team {
public:
  /// Starts `threads - 1` threads: the caller of `run` is the first worker. Each has a stack of kStackBytes, whatever
  /// the system would give it.
  explicit Team(i32 given_threads)
      : threads(given_threads), members(new Member[static_cast<std::size_t>(given_threads)]),
        begun(new PartsBegun[static_cast<std::size_t>(given_threads)]) {
    start_workers();
  }

  Team(const Team &) = delete;
  Team &operator=(const Team &) = delete;

  ~Team() {
    if (process == platform::process_id())
      end_workers(threads);
  }

  i32 size() const { return threads; }

  /// Of the run that has just ended. What somebody is about to note counts the next time.
  TeamWaits take_waits() {
    TeamWaits waits;
    for (i32 index = 0; index < workers; ++index) {
      Member &each = member(index);
      const i64 pauses = each.waits.pauses.load(std::memory_order_relaxed),
                slept = each.waits.slept.load(std::memory_order_relaxed);
      const i64 all = slept - each.seen.slept + static_cast<i64>(pause_time * f64(pauses - each.seen.pauses));
      waits.most_slept = std::max(waits.most_slept, slept - each.seen.slept);
      waits.most = std::max(waits.most, all);
      waits.least = index == 0 ? all : std::min(waits.least, all);
      each.seen = {pauses, slept};
    }
    return waits;
  }

  /// Calls `function(Worker &)` on workers 0 .. count - 1 and returns when all of them are done. In parts: see
  /// Worker::each.
  template <class Function> void run(i32 count, Function &&function, bool parts = false) {
    using Plain = std::remove_reference_t<Function>;
    call = [](const void *job, Worker &worker) { (*const_cast<Plain *>(static_cast<const Plain *>(job)))(worker); };
    context = std::addressof(function);
    workers = count;
    in_parts = parts && count > 1;
    if (count > 1 && process != platform::process_id())
      start_again();
    for (i32 index = 1; index < count; ++index)
      wake(member(index));
    work(0);
  }

private:
  struct alignas(64) Member {
    std::atomic<i32> runs{0}; // counts up when there is something to do
    Team *team = nullptr;
    i32 index = 0;
    Patience patience;
    Waits waits;
    Wait seen; // of them, by the caller
    platform::Thread thread;
  };

  Member &member(i32 index) { return members[static_cast<std::size_t>(index)]; }

  void start_workers() {
    // Threads with a core each wait for the slowest phase of another, up to some 100 us. More threads than cores:
    // whoever spins holds the core that the others need.
    const bool enough = threads <= platform::available_threads();
    const i32 least = pauses_in(enough ? 50 : 1), most = pauses_in(enough ? 300 : 1);
    pause_time = (enough ? 300e3 : 1e3) / std::max(most, 1);
    for (i32 index = 0; index < threads; ++index)
      member(index).patience = {most, least, most};
    for (i32 index = 1; index < threads; ++index) {
      member(index).team = this;
      member(index).index = index;
      if (!platform::start_thread(member(index).thread, kStackBytes, &Team::live, &member(index))) {
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
      wake(member(index));
    for (i32 index = 1; index < end; ++index)
      platform::join_thread(member(index).thread);
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
    Member &own = member(index);
    Worker worker{index, workers, index, &barrier, &own.patience, &own.waits, in_parts ? begun.get() : nullptr, phase};
    call(context, worker);
    worker.wait(); // after this the caller may go on, and write the next job
    if (index == 0)
      phase = worker.phase; // the same for all
  }

  i32 threads;
  i64 process = 0; // in which the workers live; 0: there are none
  std::unique_ptr<Member[]> members;
  std::unique_ptr<PartsBegun[]> begun; // [threads]
  f64 pause_time = 0;                  // ns
  Barrier barrier;
  // The job: written by the caller while all others are idle.
  void (*call)(const void *context, Worker &worker) = nullptr;
  const void *context = nullptr;
  i32 workers = 0;
  bool in_parts = false;
  u32 phase = 0; // of all runs of parts; may go round
  bool stopping = false;
};
