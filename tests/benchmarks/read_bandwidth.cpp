//===- read_bandwidth.cpp - How fast this machine reads memory ------------===//
//
// Sums a buffer that no cache holds, in one stream and in eight streams a thread, and prints GB/s of every pass as
// JSON. It is the roof that decode speeds are compared with: a step reads every weight once. Compiled and run by
// compare_llama_cpp.py, beside the programs that are timed:
//
//   read_bandwidth MEGABYTES PASSES THREADS...
//
// Eight streams read more than one, because a hardware prefetcher follows each stream only so far ahead. GB are 10^9
// bytes.
//
//===----------------------------------------------------------------------===//

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <latch>
#include <memory>
#include <thread>
#include <vector>

namespace {

// One cache line. The compiler makes of it what the CPU has: four loads, two, or one.
typedef uint64_t Line __attribute__((vector_size(64)));

/// Walks `streams` equal parts of [lines, lines + count) side by side. Every stream has its own sum, so that no load
/// waits for another.
template <int streams> uint64_t sumOfLines(const Line *lines, size_t count) {
  Line sums[streams] = {};
  const size_t part = count / streams;
  for (size_t i = 0; i < part; ++i)
    for (int stream = 0; stream < streams; ++stream)
      sums[stream] += lines[stream * part + i];
  uint64_t sum = 0;
  for (const Line &line : sums)
    for (int lane = 0; lane < 8; ++lane)
      sum += line[lane];
  return sum;
}

template <int streams> double gigabytesPerSecond(const Line *lines, size_t count, int threads) {
  std::vector<uint64_t> sums(threads);
  std::latch ready(threads);
  using Clock = std::chrono::steady_clock;
  std::vector<Clock::time_point> starts(threads), ends(threads);
  auto run = [&](int thread) {
    const size_t part = count / threads;
    ready.arrive_and_wait();
    starts[thread] = Clock::now();
    sums[thread] = sumOfLines<streams>(lines + thread * part, part);
    ends[thread] = Clock::now();
  };
  std::vector<std::jthread> others;
  for (int thread = 1; thread < threads; ++thread)
    others.emplace_back(run, thread);
  run(0);
  others.clear(); // joins

  Clock::time_point start = starts[0], end = ends[0];
  uint64_t sum = 0;
  for (int thread = 0; thread < threads; ++thread) {
    start = std::min(start, starts[thread]);
    end = std::max(end, ends[thread]);
    sum += sums[thread];
  }
  // Every word is 1: a wrong sum means that not everything was read.
  const size_t linesRead = count / threads / streams * streams * threads;
  if (sum != linesRead * 8) {
    fprintf(stderr, "read_bandwidth: the sum is %llu, not %zu\n", static_cast<unsigned long long>(sum), linesRead * 8);
    exit(1);
  }
  return static_cast<double>(linesRead * sizeof(Line)) / std::chrono::duration<double>(end - start).count() / 1e9;
}

template <int streams>
void printPasses(const Line *lines, size_t count, int threads, int passes, const char *separator) {
  printf("%s{\"threads\": %d, \"streams\": %d, \"gigabytes_per_second\": [", separator, threads, streams);
  for (int pass = 0; pass < passes; ++pass)
    printf("%s%.3f", pass ? ", " : "", gigabytesPerSecond<streams>(lines, count, threads));
  printf("]}");
}

} // namespace

int main(int argc, char **argv) {
  const size_t megabytes = argc > 3 ? strtoull(argv[1], nullptr, 10) : 0;
  const int passes = argc > 3 ? atoi(argv[2]) : 0;
  if (megabytes < 1 || megabytes > 65536 || passes < 1) {
    fprintf(stderr, "usage: read_bandwidth MEGABYTES PASSES THREADS...\n");
    return 2;
  }
  const size_t count = megabytes * 1000000 / sizeof(Line);
  std::unique_ptr<Line[], decltype(&free)> lines(static_cast<Line *>(aligned_alloc(64, count * sizeof(Line))), &free);
  if (!lines) {
    fprintf(stderr, "read_bandwidth: no room for %zu MB\n", megabytes);
    return 1;
  }
  for (size_t i = 0; i < count; ++i)
    lines[i] = Line{1, 1, 1, 1, 1, 1, 1, 1};

  printf("[");
  const char *separator = "";
  for (int i = 3; i < argc; ++i) {
    const int threads = atoi(argv[i]);
    if (threads < 1 || threads > 1024) {
      fprintf(stderr, "read_bandwidth: %s is not a count of threads\n", argv[i]);
      return 2;
    }
    printPasses<1>(lines.get(), count, threads, passes, separator);
    printPasses<8>(lines.get(), count, threads, passes, ",\n ");
    separator = ",\n ";
  }
  printf("]\n");
}
