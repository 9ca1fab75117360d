//===- attendance.h - How many of a team are worth their wait ----*- C++ -*-===//
//
// A thread that loses its core in the middle of a phase holds up all others for a scheduler's slice (3 ms and more,
// where a phase takes 30 us), and one that spins for it may keep the next program from that core. Two threads on two
// cores of which one is busy decoded 65 tokens/s, one thread 126. So a team that waits too much goes on with a thread
// less, and tries again later. Where one core is merely slower than another, work is dealt out in parts (parts.h). No
// number depends on either. Tested by tests/unit/runtime/AttendanceTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/threads.h"
#include "runtime/types.h"

#include <algorithm>

/// Time that is lost with a way of working. When it is too much for too long, that way is given up; later it is tried
/// again, after a pause that grows with each try in vain. Times in nanoseconds.
class Losses {
public:
  /// Whether the way has to be given up, after a run in which so much was lost.
  bool are_too_much(i64 lost, i64 bearable, i64 now) {
    debt = std::max(i64{0}, debt + lost - bearable);
    if (debt <= kLimit)
      return false;
    pause = now - given_up < 2 * kLongestPause ? std::min(2 * pause, kLongestPause) : kShortestPause;
    given_up = now;
    next_try = now + pause;
    debt = 0;
    return true;
  }

  /// Whether it is time for a try: then one more lost slice ends it.
  bool may_try(i64 now) {
    if (now < next_try)
      return false;
    next_try = now + kShortestPause; // of the next one, where there are several to come back
    debt = kLimit - kOneSlice;
    return true;
  }

private:
  static constexpr i64 kMillisecond = 1'000'000;
  /// Two or three of a scheduler's slices in a row: one that is lost now and then, as on every system, changes nothing.
  static constexpr i64 kLimit = 6 * kMillisecond, kOneSlice = 2 * kMillisecond;
  /// A try costs a slice or two: with the longest pause half a per cent of the time.
  static constexpr i64 kShortestPause = 100 * kMillisecond, kLongestPause = 1600 * kMillisecond;

  i64 debt = 0, pause = kShortestPause, next_try = 0, given_up = -2 * kLongestPause;
};

/// How a run is dealt out.
struct Dealing {
  i32 count;  // of threads
  bool parts; // of which those who are done take some of others
};

/// Works on what it is told; it has no clock of its own.
class Attendance {
public:
  explicit Attendance(i32 given_threads) : threads(given_threads), present(given_threads) {}

  /// The run that begins now, of so many threads at most.
  Dealing of(i32 wanted, i64 now) {
    if (present < threads && absences.may_try(now))
      ++present;
    if (in_parts && slowness.may_try(now))
      in_parts = false;
    return {std::min(wanted, present), in_parts};
  }

  /// It has ended.
  void saw(Dealing run, i64 begin, i64 end, const TeamWaits &waits) {
    if (run.count == 1)
      return;
    // One of `count` threads is worth its wait while less than its share of the time is lost.
    if (absences.are_too_much(waits.most_slept, (end - begin) / (run.count + 1), end))
      present = run.count - 1;
    // Some imbalance is in the work: three heads for two threads.
    else if (!run.parts && slowness.are_too_much(waits.most - waits.least, (end - begin) / 5, end))
      in_parts = true;
  }

private:
  i32 threads, present;
  bool in_parts = false;
  Losses absences, slowness;
};
