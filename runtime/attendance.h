//===- attendance.h - How many of a team are worth their wait ----*- C++ -*-===//
//
// A thread that loses its core in the middle of a phase holds up all others for a scheduler's slice (3 ms and more, where
// a phase takes 30 us), and one that spins for it may keep the next program from that core. Two threads on two cores of
// which one is busy decoded 65 tokens/s, one thread 126. So a team that waits too much goes on with a thread less, and
// tries again later. No number depends on how many threads work. Tested by tests/unit/runtime/AttendanceTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

#include <algorithm>

/// Works on what it is told; it has no clock of its own. Times in nanoseconds.
class Attendance {
public:
  explicit Attendance(i32 threads) : threads(threads), present(threads) {}

  /// How many of so many should work in the run that begins now.
  i32 of(i32 wanted, i64 now) {
    if (present < threads && now >= next_try) {
      ++present;
      next_try = now + kShortestPause;
      overdue = kPatience - kOneSlice; // one more lost slice, and it goes again
    }
    return std::min(wanted, present);
  }

  /// A run of `count` threads has ended. `late` is how long the one that slept most for others slept.
  void saw(i32 count, i64 begin, i64 end, i64 late) {
    if (count == 1)
      return;
    // One of `count` threads is worth its wait while less than its share of the time is lost.
    overdue = std::max(i64{0}, overdue + late - (end - begin) / (count + 1));
    if (overdue > kPatience) {
      present = count - 1;
      pause = end - last_loss < 2 * kLongestPause ? std::min(2 * pause, kLongestPause) : kShortestPause;
      last_loss = end;
      next_try = end + pause;
      overdue = 0;
    }
  }

private:
  static constexpr i64 kMillisecond = 1'000'000;
  static constexpr i64 kOneSlice = 2 * kMillisecond; // no less is lost with a core
  /// Two or three slices in a row: a single one, which every system takes now and then, changes nothing.
  static constexpr i64 kPatience = 6 * kMillisecond;
  /// A try costs a slice or two: with the longest pause half a per cent of the time.
  static constexpr i64 kShortestPause = 100 * kMillisecond, kLongestPause = 1600 * kMillisecond;

  i32 threads, present;
  i64 overdue = 0, pause = kShortestPause, next_try = 0, last_loss = -2 * kLongestPause;
};
