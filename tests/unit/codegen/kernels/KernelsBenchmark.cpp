//===- KernelsBenchmark.cpp - Times of the kernels ------------------------===//
//
// Prints one line for each kernel and build, with the weights in the second-level cache: what docs/performance.md and
// the schedule numbers of codegen/targets/Targets.cpp come from. Not a test: nothing fails. `KernelsBenchmark sweep`
// tries other schedule numbers, `KernelsBenchmark
// kept` those of weights whose codes are kept, beside int8.
//
//===----------------------------------------------------------------------===//

#include "CompiledKernels.h"
#include "RandomNumbers.h"
#include "RunKept.h"
#include "codegen/kernels/MatrixKernels.h"

#include <chrono>
#include <cstdio>

using namespace weebill::kernels;
using namespace weebill::plan;
using namespace weebill::targets;
using namespace weebill::tests;

namespace {

template <class Work> double once(Work work, long repeats) {
  const auto start = std::chrono::steady_clock::now();
  for (long i = 0; i < repeats; ++i) {
    work();
    asm volatile("" ::: "memory");
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / double(repeats);
}

/// Seconds, the least of 25 runs of about a millisecond: other programs may run beside.
template <class Work> double seconds(Work work) {
  long repeats = 1;
  while (once(work, repeats) * double(repeats) < 1e-3)
    repeats *= 2;
  double best = 1e9;
  for (int i = 0; i < 25; ++i)
    best = std::min(best, once(work, repeats));
  return best;
}

constexpr int kRows = 48 * 16; // 432 KiB with 576 columns

struct Matrix {
  std::vector<i8> values;
  std::vector<i32> rowSum = std::vector<i32>(kRows, 1), tokenZero = std::vector<i32>(64, 77);
  std::vector<f32> scale = std::vector<f32>(kRows, 0.01f), tokenScale = std::vector<f32>(64, 0.01f), y;
  std::vector<u8> codes;

  explicit Matrix(int64_t columns) : values(kRows * columns), y(64 * kRows), codes(64 * columns) {
    RandomNumbers random(1);
    for (i8 &v : values)
      v = i8(random.between(-127, 127));
    for (u8 &c : codes)
      c = u8(random.between(0, 255));
  }
};

/// Seconds for `tokens` tokens; blocks that are left over are not computed, and not counted.
double timeMatrix(const CompiledKernels &compiled, const std::string &name, const LinearShape &s, Matrix &m, int tokens,
                  int halves, double &weightBytes) {
  const int step = s.blocks * 16 * halves, groups = kRows / step;
  weightBytes = double(groups) * step * double(s.columns);
  if (s.tokens == 1) {
    auto *f =
        compiled.function<void(const u8 *, const i8 *, const i32 *, const f32 *, const f32 *, const i32 *, f32 *)>(
            name);
    return seconds([&] {
      for (int g = 0; g < groups; ++g)
        f(m.codes.data(), m.values.data() + g * step * s.columns, m.rowSum.data() + g * step, m.scale.data() + g * step,
          m.tokenScale.data(), m.tokenZero.data(), m.y.data() + g * step / halves);
    });
  }
  auto *f =
      compiled.function<void(const u8 *, const i8 *, const i32 *, const f32 *, const f32 *, const i32 *, f32 *, i32)>(
          name);
  return seconds([&] {
    for (int g = 0; g < groups; ++g)
      for (int t = 0; t + s.tokens <= tokens; t += s.tokens)
        f(m.codes.data() + t * s.columns, m.values.data() + g * step * s.columns, m.rowSum.data() + g * step,
          m.scale.data() + g * step, m.tokenScale.data() + t, m.tokenZero.data() + t,
          m.y.data() + t * kRows + g * step / halves, kRows);
  });
}

void report(const Build &build, const std::string &kernel, const std::string &figure) {
  std::printf("%-10s %-18s %-32s %s\n", build.compiler.c_str(), build.target->name.c_str(), kernel.c_str(),
              figure.c_str());
  std::fflush(stdout);
}

std::string format(const char *pattern, double value) {
  char text[64];
  std::snprintf(text, sizeof text, pattern, value);
  return text;
}

void matrices(const Build &build, bool sweep) {
  const Target &t = *build.target;
  std::vector<std::pair<int, int>> plain = {{1, t.decodeBlocks}, {1, 1}, {t.tileTokens, t.tileBlocks}};
  std::vector<std::pair<int, int>> gated = {{1, t.decodePairs}, {t.tileTokens, t.tilePairs}};
  if (t.unitTokens > 0) {
    plain.push_back({t.unitTokens, 1});
    gated.push_back({t.unitTokens, 1});
  }
  if (sweep) {
    plain.clear();
    gated.clear();
    for (int b : {2, 3, 4, 6, 8, 12})
      plain.push_back({1, b});
    for (auto tile : {std::pair(2, 2), std::pair(2, 3), std::pair(3, 2), std::pair(4, 1), std::pair(6, 1),
                      std::pair(4, 2), std::pair(4, 4), std::pair(4, 6), std::pair(6, 4), std::pair(8, 2),
                      std::pair(8, 3), std::pair(12, 2), std::pair(5, 5)})
      plain.push_back(tile);
    for (auto tile :
         {std::pair(1, 1), std::pair(1, 2), std::pair(1, 3), std::pair(1, 4), std::pair(1, 6), std::pair(2, 1),
          std::pair(3, 1), std::pair(4, 1), std::pair(4, 2), std::pair(4, 3), std::pair(6, 2), std::pair(8, 1)})
      gated.push_back(tile);
  }
  for (int64_t columns : {576, 1536}) {
    Matrix m(columns);
    std::vector<PrintedKernel> kernels;
    for (auto [tokens, blocks] : plain)
      kernels.push_back(printLinearInt8({columns, tokens, blocks, Epilogue::Residual}, t));
    for (auto [tokens, blocks] : gated)
      kernels.push_back(printGatedInt8({columns, tokens, blocks, Epilogue::None}, t));
    const CompiledKernels compiled(build, kernels);
    for (size_t i = 0; i < kernels.size(); ++i) {
      const bool isGated = i >= plain.size();
      const auto [tokens, blocks] = isGated ? gated[i - plain.size()] : plain[i];
      double bytes = 0;
      const int used = 60 / tokens * tokens;
      const double s =
          timeMatrix(compiled, kernels[i].name, {columns, tokens, blocks, {}}, m, used, isGated ? 2 : 1, bytes);
      report(build, kernels[i].name,
             tokens == 1 ? format("%.1f GB/s", 1e-9 * bytes / s) : format("%.0f GOPS", 2e-9 * bytes * used / s));
    }
  }
}

/// float32: weights of 768 rows are 1.7 MB with 576 columns.
void floatMatrices(const Build &build, bool sweep) {
  const Target &t = *build.target;
  std::vector<std::pair<int, int>> tiles = {{1, t.decodeBlocks}, {t.tileTokens, t.tileBlocks}};
  if (sweep)
    tiles = {{1, 2}, {1, 3}, {1, 4}, {1, 6}, {1, 8}, {4, 1}, {6, 1}, {8, 1}, {4, 2}, {8, 2}, {4, 4}};
  const int columns = 576;
  std::vector<PrintedKernel> kernels;
  for (auto [tokens, blocks] : tiles)
    kernels.push_back(printLinearF32({columns, tokens, blocks, Epilogue::None}, t));
  const CompiledKernels compiled(build, kernels);
  RandomNumbers random(4);
  const GuardedArray<f32> x = random.normals(64 * columns), values = random.normals(kRows * columns);
  GuardedArray<f32> y(64 * kRows);
  for (size_t i = 0; i < kernels.size(); ++i) {
    const auto [tokens, blocks] = tiles[i];
    const int step = blocks * 16, groups = kRows / step, used = 60 / tokens * tokens;
    const double bytes = 4.0 * groups * step * columns;
    if (tokens == 1) {
      auto *f = compiled.function<void(const f32 *, const f32 *, f32 *)>(kernels[i].name);
      const double s = seconds([&] {
        for (int g = 0; g < groups; ++g)
          f(x.data(), values.data() + g * step * columns, y.data() + g * step);
      });
      report(build, kernels[i].name, format("%.1f GB/s", 1e-9 * bytes / s));
    } else {
      auto *f = compiled.function<void(const f32 *, const f32 *, f32 *, i32, i32)>(kernels[i].name);
      const double s = seconds([&] {
        for (int g = 0; g < groups; ++g)
          for (int token = 0; token + tokens <= used; token += tokens)
            f(x.data() + token * columns, values.data() + g * step * columns, y.data() + token * kRows + g * step,
              columns, kRows);
      });
      report(build, kernels[i].name, format("%.0f GFLOPS", 0.5e-9 * bytes * used / s));
    }
  }
}

/// Weights whose codes are kept: packed bytes a second of one token, operations of tiles.
void keptMatrices(const Build &build, bool sweep) {
  const Target &t = *build.target;
  std::vector<std::pair<int, int>> tiles = {{1, t.decodeBlocks}, {t.keptTokens, t.keptBlocks}};
  if (t.unitTokens > 0)
    tiles.push_back({t.unitTokens, 1});
  if (sweep)
    tiles = {{1, 1}, {1, 2}, {1, 3}, {1, 4}, {1, 6}, {1, 8}, {4, 1}, {6, 1}, {8, 1}, {12, 1}, {4, 2}, {8, 2}, {4, 4}};
  constexpr int64_t columns = 576;
  std::vector<PrintedKernel> kernels;
  std::vector<const FileBlock *> files;
  for (const FileBlock &file : kFileBlocks)
    for (auto [tokens, blocks] : tiles) {
      if (columns % file.format->columnMultiple != 0)
        continue;
      kernels.push_back(printKept(*file.format, false, {columns, tokens, blocks, Epilogue::None}, t));
      files.push_back(&file);
    }
  const CompiledKernels compiled(build, kernels);
  RandomNumbers random(5);
  for (size_t i = 0; i < kernels.size(); ++i) {
    const auto [tokens, blocks] = tiles[i % tiles.size()];
    const KeptData d(*files[i], {columns, 64, 1, Epilogue::None}, kRows, false, random);
    GuardedArray<f32> y(64 * kRows);
    const int step = blocks * 16, used = 60 / tokens * tokens;
    const int64_t rowBytes = columns / d.kept.columns * d.kept.recordBytes;
    const auto all = [&](auto kernel) {
      for (int row = 0; row < kRows / step * step; row += step)
        for (int token = 0; token + tokens <= used; token += tokens)
          kernel(row, token);
    };
    if (tokens == 1) {
      const double s = seconds([&] {
        for (int row = 0; row < kRows / step * step; row += step)
          runKept(compiled, kernels[i].name, d, 0, row, y.data() + row, 0);
      });
      report(build, kernels[i].name, format("%.1f GB/s", 1e-9 * double(kRows / step * step * rowBytes) / s));
    } else {
      const double s = seconds([&] {
        all([&](int row, int token) {
          runKept(compiled, kernels[i].name, d, token, row, y.data() + token * kRows + row, kRows);
        });
      });
      report(build, kernels[i].name, format("%.0f GOPS", 2e-9 * double(kRows / step * step) * columns * used / s));
    }
  }
}

void rows(const Build &build) {
  const Target &t = *build.target;
  const CompiledKernels compiled(
      build, {printRmsNormQuantize(576, CodeRange::Asymmetric, t), printQuantize(576, CodeRange::Asymmetric, t),
              printQuantize(1536, CodeRange::Asymmetric, t), printRmsNorm(576, t), printRope(64, t),
              printAppendKey(64, Element::F16, t), printAppendValue(64, Element::F16, t), printSilu(1536, t)});
  RandomNumbers random(2);
  GuardedArray<f32> x = random.normals(1536), gain = random.normals(1536), y(1536);
  std::vector<u8> codes(1536);
  std::vector<u16> column(16 * 64);
  f32 scale = 0;
  i32 zero = 0;
  auto nanoseconds = [&](const std::string &name, double s) { report(build, name, format("%.1f ns", 1e9 * s)); };
  auto *both = compiled.function<void(const f32 *, const f32 *, f32, u8 *, f32 *, i32 *)>("rms_norm_quantize_576");
  nanoseconds("rms_norm_quantize_576",
              seconds([&] { both(x.data(), gain.data(), 1e-5f, codes.data(), &scale, &zero); }));
  for (const char *name : {"quantize_576", "quantize_1536"}) {
    auto *quantize = compiled.function<void(const f32 *, u8 *, f32 *, i32 *)>(name);
    nanoseconds(name, seconds([&] { quantize(x.data(), codes.data(), &scale, &zero); }));
  }
  auto *norm = compiled.function<void(const f32 *, const f32 *, f32, f32 *)>("rms_norm_576");
  nanoseconds("rms_norm_576", seconds([&] { norm(x.data(), gain.data(), 1e-5f, y.data()); }));
  auto *rope = compiled.function<void(const f32 *, const f32 *, const f32 *, f32, f32 *)>("rope_64");
  nanoseconds("rope_64", seconds([&] { rope(x.data(), gain.data(), gain.data() + 32, 0.125f, y.data()); }));
  for (const char *name : {"append_key_f16_64", "append_value_f16_64"}) {
    auto *append = compiled.function<void(const f32 *, u16 *)>(name);
    nanoseconds(name, seconds([&] { append(x.data(), column.data()); }));
  }
  auto *silu = compiled.function<void(const f32 *, f32 *)>("silu_1536");
  nanoseconds("silu_1536", seconds([&] { silu(x.data(), y.data()); }));
}

void attention(const Build &build) {
  const Target &t = *build.target;
  for (int heads : {1, 3}) {
    const AttentionShape shape{heads, 64, Element::F16};
    const PrintedKernel scores = printAttentionScores(shape, t), values = printAttentionValues(shape, t);
    const CompiledKernels compiled(build, {scores, values});
    auto *first = compiled.function<void(const f32 *, const u16 *, i32, i32, i32, f32 *, f32 *, f32 *)>(scores.name);
    auto *second = compiled.function<void(const f32 *, const f32 *, const u16 *, i32, i32, f32 *)>(values.name);
    RandomNumbers random(3);
    std::vector<u16> cache(2048 * 64);
    for (u16 &h : cache)
      h = u16(random.between(0, 0x3c00));
    GuardedArray<f32> query = random.normals(heads * 64), p(heads * 2048), sums(heads), y(heads * 64);
    for (i32 positions : {128, 1024}) {
      const std::string at = " at " + std::to_string(positions);
      report(build, scores.name + at, format("%.2f us", 1e6 * seconds([&] {
                                                          first(query.data(), cache.data(), positions, positions / 64,
                                                                2048, p.data(), p.data(), sums.data());
                                                        })));
      report(build, values.name + at, format("%.2f us", 1e6 * seconds([&] {
                                                          second(p.data(), sums.data(), cache.data(), positions / 64,
                                                                 2048, y.data());
                                                        })));
    }
  }
}

} // namespace

int main(int argc, char **argv) {
  const bool sweep = argc > 1 && argv[1] == std::string("sweep"), kept = argc > 1 && argv[1] == std::string("kept");
  for (const Build &build : allBuilds()) {
    if (!runsHere(*build.target))
      continue;
    matrices(build, sweep);
    keptMatrices(build, sweep || kept);
    if (kept)
      continue;
    floatMatrices(build, sweep);
    if (!sweep) {
      rows(build);
      attention(build);
    }
  }
}
