//===- benchmark.h - How fast the model runs here ----------------*- C++ -*-===//
//
// Decoding is bound by reading the weights, so its speed is shown as a fraction of what the same threads read from the
// same memory in the same moment: machines drift, ratios of neighbouring measurements do not. Rounds of (read, prefill,
// decode) alternate, medians are shown. Tested by tests/emitted/test_program.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/fail.h"
#include "runtime/options.h"
#include "runtime/platform/platform.h"
#include "runtime/sampler.h"
#include "runtime/threads.h"
#include "runtime/types.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <vector>

class Stopwatch {
public:
  f64 seconds() const { return static_cast<f64>(platform::nanoseconds() - start) / 1e9; }

private:
  i64 start = platform::nanoseconds();
};

/// Reads every cache line of [data, data + bytes), in `Streams` places at once. The result only keeps the compiler from
/// reading nothing.
template <u64 Streams> u64 read_lines(const u8 *data, u64 bytes) {
  constexpr u64 kLine = 64;
  const u64 part = bytes / kLine / Streams * kLine;
  u64 sums[Streams] = {};
  for (u64 first = 0; first < part; first += kLine)
    for (u64 stream = 0; stream < Streams; ++stream) {
      u64 word;
      std::memcpy(&word, data + stream * part + first, sizeof word);
      sums[stream] += word;
    }
  u64 total = 0;
  for (u64 sum : sums)
    total += sum;
  return total;
}

/// How fast a team reads the weights, each thread its share: in one stream, which is the usual measure, or in eight,
/// which is what a core can really get (up to twice as much, and kernels that walk several blocks of rows do get some
/// of it).
class ReadBandwidth {
public:
  ReadBandwidth(const u8 *given_weights, u64 given_bytes, i32 threads)
      : weights(given_weights), bytes(given_bytes), team(threads) {
    seconds_of_a_pass(read_lines<1>); // brings the pages in
    constexpr f64 kLongEnough = 0.02;
    passes = static_cast<i32>(std::clamp(kLongEnough / (seconds_of_a_pass(read_lines<1>) + 1e-9), 1.0, 1e4));
  }

  f64 of_one_stream() { return bytes_per_second(read_lines<1>); }
  f64 of_eight_streams() { return bytes_per_second(read_lines<8>); }

private:
  using Read = u64(const u8 *data, u64 bytes);

  f64 bytes_per_second(Read &read) {
    f64 taken = 0;
    for (i32 pass = 0; pass < passes; ++pass)
      taken += seconds_of_a_pass(read);
    return static_cast<f64>(bytes) * passes / taken;
  }

  f64 seconds_of_a_pass(Read &read) {
    const Stopwatch watch;
    team.run(team.size(), [&](Worker &me) {
      const u64 lines = bytes / 64, index = static_cast<u64>(me.index), count = static_cast<u64>(me.count);
      const u64 first = lines * index / count * 64, last = lines * (index + 1) / count * 64;
      sum.fetch_add(read(weights + first, last - first), std::memory_order_relaxed);
    });
    return watch.seconds();
  }

  const u8 *weights;
  u64 bytes;
  Team team;
  i32 passes = 1;
  std::atomic<u64> sum{0};
};

inline f64 median(std::vector<f64> values) {
  if (values.empty())
    return 0;
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 != 0 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

struct BenchmarkResult {
  i32 prompt_tokens = 0, new_tokens = 0, context_tokens = 0;
  f64 prefill = 0, decode = 0;                                   // tokens per second; 0: not measured
  f64 one_stream = 0, eight_streams = 0;                         // bytes per second that all threads read together
  f64 fraction_of_one_stream = 0, fraction_of_eight_streams = 0; // that decoding reads weights with
};

class Benchmark {
public:
  Benchmark(Model &given_model, const u8 *weights, const Options &options, i32 threads)
      : model(given_model), context_tokens(options.context_tokens),
        bandwidth(weights, kWeightsFileBytes - 64, threads) {
    const i32 room = kContext - context_tokens;
    prompt_tokens = options.prompt_tokens >= 0 ? options.prompt_tokens : std::min(512, room);
    new_tokens = options.new_tokens >= 0 ? options.new_tokens : std::min(128, room);
    for (i32 wanted : {prompt_tokens, new_tokens})
      if (wanted > room)
        fail("%d tokens after %d do not fit: the context holds %d", wanted, context_tokens, kContext);
    RandomNumbers random(1); // any tokens will do, as long as they are the same every time
    for (i32 token = 0; token < std::max(context_tokens, prompt_tokens); ++token)
      ids.push_back(static_cast<i32>(random.next() % static_cast<u64>(kVocabulary)));
  }

  BenchmarkResult run() {
    std::vector<f64> prefill, decode, one, eight, of_one, of_eight;
    run_decode(); // once unmeasured: pages, caches, clock speed
    for (i32 round = 0; round < kRounds; ++round) {
      one.push_back(bandwidth.of_one_stream());
      eight.push_back(bandwidth.of_eight_streams());
      if (prompt_tokens > 0)
        prefill.push_back(prompt_tokens / run_prefill());
      if (new_tokens == 0)
        continue;
      decode.push_back(new_tokens / run_decode());
      of_one.push_back(decode.back() * static_cast<f64>(kWeightBytes) / one.back());
      of_eight.push_back(decode.back() * static_cast<f64>(kWeightBytes) / eight.back());
    }
    return {prompt_tokens, new_tokens,    context_tokens, median(prefill), median(decode),
            median(one),   median(eight), median(of_one), median(of_eight)};
  }

  static constexpr i32 kRounds = 5;

private:
  void fill_context() {
    model.reset();
    if (context_tokens > 0)
      model.prefill(ids.data(), context_tokens);
  }

  f64 run_prefill() {
    fill_context();
    const Stopwatch watch;
    model.prefill(ids.data(), prompt_tokens);
    return watch.seconds();
  }

  /// As in use: every token is chosen from the logits of the one before.
  f64 run_decode() {
    fill_context();
    const Stopwatch watch;
    i32 id = 0;
    for (i32 token = 0; token < new_tokens; ++token) {
      model.step(id);
      id = greedy_token(model.logits(), kVocabulary);
    }
    return watch.seconds();
  }

  Model &model;
  i32 context_tokens, prompt_tokens = 0, new_tokens = 0;
  ReadBandwidth bandwidth;
  std::vector<i32> ids;
};

inline void print_benchmark(const BenchmarkResult &result, i32 threads, i32 prefill_threads) {
  std::printf("%s on %s, %d %s", kName, target_name(), threads, threads == 1 ? "thread" : "threads");
  if (prefill_threads != threads)
    std::printf(" (%d for prompts)", prefill_threads);
  std::printf(", medians of %d rounds\n", Benchmark::kRounds);
  if (result.prompt_tokens > 0)
    std::printf("  prefill  %5d tokens after %-5d %10.1f tokens/s\n", result.prompt_tokens, result.context_tokens,
                result.prefill);
  if (result.new_tokens > 0)
    std::printf(
        "  decode   %5d tokens after %-5d %10.1f tokens/s, weights at %.0f %% of one stream, %.0f %% of eight\n",
        result.new_tokens, result.context_tokens, result.decode, 100 * result.fraction_of_one_stream,
        100 * result.fraction_of_eight_streams);
  std::printf("  reading  %.1f GB/s with one stream a thread, %.1f GB/s with eight; a token needs %.1f MB\n",
              result.one_stream / 1e9, result.eight_streams / 1e9, static_cast<f64>(kWeightBytes) / 1e6);
  std::printf("  memory   peak resident %.1f MB\n", static_cast<f64>(platform::peak_resident_bytes()) / 1e6);
}

/// What was not measured is null.
inline void print_benchmark_json(const BenchmarkResult &result, i32 threads, i32 prefill_threads) {
  const auto number = [](const char *key, f64 value, const char *format, bool measured) {
    std::printf("  \"%s\": ", key);
    if (measured)
      std::printf(format, value);
    else
      std::printf("null");
    std::printf(",\n");
  };
  const auto whole = [](u64 value) { return static_cast<unsigned long long>(value); };
  std::printf("{\n  \"target\": \"%s\",\n", target_name()); // a target's name needs no escapes
  number("decode_tokens_per_second", result.decode, "%.3f", result.new_tokens > 0);
  number("prefill_tokens_per_second", result.prefill, "%.3f", result.prompt_tokens > 0);
  number("read_bandwidth_fraction", result.fraction_of_one_stream, "%.4f", result.new_tokens > 0);
  number("read_bandwidth_bytes_per_second", result.one_stream, "%.0f", true);
  number("eight_stream_bandwidth_fraction", result.fraction_of_eight_streams, "%.4f", result.new_tokens > 0);
  number("eight_stream_bandwidth_bytes_per_second", result.eight_streams, "%.0f", true);
  std::printf("  \"threads\": %d,\n  \"prefill_threads\": %d,\n", threads, prefill_threads);
  std::printf("  \"prompt_tokens\": %d,\n  \"new_tokens\": %d,\n  \"context_tokens\": %d,\n  \"rounds\": %d,\n",
              result.prompt_tokens, result.new_tokens, result.context_tokens, Benchmark::kRounds);
  std::printf("  \"context\": %d,\n  \"weight_bytes\": %llu,\n  \"cache_bytes\": %llu,\n  \"arena_bytes\": %llu,\n",
              kContext, whole(kWeightBytes), whole(kCacheBytes), whole(kArenaBytes));
  std::printf("  \"peak_resident_bytes\": %llu\n}\n", whole(platform::peak_resident_bytes()));
}
