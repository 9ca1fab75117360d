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

using namespace weebill;

namespace {

/// Eight sums, so that no addition waits for the one before: the loads must be the limit. `words` is a multiple of 8.
uint64_t sumOf(const uint64_t *data, size_t words) {
  uint64_t sums[8] = {};
  for (size_t i = 0; i < words; i += 8)
    for (size_t lane = 0; lane < 8; ++lane)
      sums[lane] += data[i + lane];
  uint64_t total = 0;
  for (uint64_t sum : sums)
    total += sum;
  return total;
}

} // namespace

ReadBandwidth weebill::measureReadBandwidth(int64_t bytes, int threads, double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto since = [](Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  const size_t wordsEach = size_t(bytes) / sizeof(uint64_t) / size_t(threads) / 8 * 8;
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
