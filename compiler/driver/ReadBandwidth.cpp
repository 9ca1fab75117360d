//===- ReadBandwidth.cpp - How fast this machine reads memory -------------===//
//
// Tested by tests/unit/compiler/driver/ReadBandwidthTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/ReadBandwidth.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace weebill::driver {

namespace {

constexpr size_t kStreams = 8;

/// Of a pass, so that starting its threads, some 20 microseconds, does not count where a cache is read.
constexpr int64_t kLeastBytes = 256 << 20;

/// What one instruction of any x86-64 or ARM adds. Four of them are a cache line; written out, because sums in an
/// array, or one vector of 64 bytes, stay in memory under GCC's -O2: one thread then saw half of what there is (9 of 20
/// GB/s).
using Vector = uint64_t __attribute__((vector_size(16)));
struct Line {
  Vector a, b, c, d;
};

/// Reads in eight places at once, as the emitted matrix kernels do: one place alone leaves a third of the bandwidth
/// unused. `lines` is a multiple of kStreams.
uint64_t sumOf(const Line *data, size_t lines) {
  const size_t part = lines / kStreams;
  Vector a = {}, b = {}, c = {}, d = {};
  for (size_t i = 0; i < part; ++i)
    for (size_t stream = 0; stream < kStreams; ++stream) {
      const Line &line = data[stream * part + i];
      a += line.a, b += line.b, c += line.c, d += line.d;
    }
  const Vector sum = (a + b) + (c + d);
  return sum[0] + sum[1];
}

} // namespace

ReadBandwidth measureReadBandwidth(int64_t bytes, int threads, double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto since = [](Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  const int64_t again = std::max<int64_t>(1, kLeastBytes / std::max<int64_t>(1, bytes)); // of a pass
  const size_t linesEach = size_t(bytes) / sizeof(Line) / size_t(threads) / kStreams * kStreams;
  std::vector<std::vector<Line>> parts(threads);
  std::atomic<uint64_t> sink = 0; // keeps the sums alive

  const auto pass = [&](auto work) {
    std::vector<std::thread> workers;
    for (std::vector<Line> &part : parts)
      workers.emplace_back([&] { work(part); });
    for (std::thread &worker : workers)
      worker.join();
  };
  pass([&](std::vector<Line> &part) {
    part.assign(linesEach, Line{{1, 1}, {1, 1}, {1, 1}, {1, 1}});
  }); // each thread touches its own pages first

  std::vector<double> speeds;
  const Clock::time_point begin = Clock::now();
  do {
    const Clock::time_point start = Clock::now();
    pass([&](std::vector<Line> &part) {
      for (int64_t time = 0; time < again; ++time)
        sink += sumOf(part.data(), part.size());
    });
    speeds.push_back(double(linesEach * sizeof(Line) * size_t(threads) * size_t(again)) / since(start));
  } while (since(begin) < seconds);
  const auto median = speeds.begin() + ptrdiff_t(speeds.size() / 2);
  std::nth_element(speeds.begin(), median, speeds.end());
  return {*median, threads};
}

} // namespace weebill::driver
