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

constexpr size_t kStreams = 8, kLine = 8; // words of a cache line

/// Reads in eight places at once, as the emitted matrix kernels do: one place alone leaves a third of the bandwidth
/// unused. As many sums, so that no addition waits for the one before. `words` is a multiple of kStreams * kLine.
uint64_t sumOf(const uint64_t *data, size_t words) {
  const size_t part = words / kStreams;
  uint64_t sums[kLine] = {};
  for (size_t i = 0; i < part; i += kLine)
    for (size_t stream = 0; stream < kStreams; ++stream)
      for (size_t word = 0; word < kLine; ++word)
        sums[word] += data[stream * part + i + word];
  uint64_t total = 0;
  for (uint64_t sum : sums)
    total += sum;
  return total;
}

} // namespace

ReadBandwidth measureReadBandwidth(int64_t bytes, int threads, double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto since = [](Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  constexpr size_t step = kStreams * kLine;
  const size_t wordsEach = size_t(bytes) / sizeof(uint64_t) / size_t(threads) / step * step;
  std::vector<std::vector<uint64_t>> parts(threads);
  std::atomic<uint64_t> sink = 0; // keeps the sums alive

  const auto pass = [&](auto work) {
    std::vector<std::thread> workers;
    for (std::vector<uint64_t> &part : parts)
      workers.emplace_back([&] { work(part); });
    for (std::thread &worker : workers)
      worker.join();
  };
  pass([&](std::vector<uint64_t> &part) { part.assign(wordsEach, 1); }); // each thread touches its own pages first

  ReadBandwidth best{0, threads};
  const Clock::time_point begin = Clock::now();
  do {
    const Clock::time_point start = Clock::now();
    pass([&](std::vector<uint64_t> &part) { sink += sumOf(part.data(), part.size()); });
    best.bytesPerSecond = std::max(best.bytesPerSecond, double(wordsEach * sizeof(uint64_t) * threads) / since(start));
  } while (since(begin) < seconds);
  return best;
}

} // namespace weebill::driver
