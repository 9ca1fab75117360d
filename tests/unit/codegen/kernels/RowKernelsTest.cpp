//===- RowKernelsTest.cpp - Norms, RoPE, element-wise ---------------------===//
//
// Against plain loops, to the bit.
//
//===----------------------------------------------------------------------===//

#include "CompiledKernels.h"
#include "OddRows.h"
#include "RandomNumbers.h"
#include "ReferenceLoops.h"

using namespace weebill::kernels;
using namespace weebill::targets;
using namespace weebill::tests;
namespace reference = weebill::reference;

namespace {

class RowKernelsTest : public KernelTest {};

} // namespace

TEST_P(RowKernelsTest, RmsNorm) {
  std::vector<PrintedKernel> kernels;
  for (int64_t n : kColumns)
    kernels.push_back(printRmsNorm(n, target()));
  const CompiledKernels compiled(GetParam(), kernels);

  RandomNumbers random(5);
  for (size_t i = 0; i < kColumns.size(); ++i)
    for (GuardedArray<f32> &x : rows(kColumns[i], random)) {
      const GuardedArray<f32> gain = gains(kColumns[i], random);
      GuardedArray<f32> y(x.size(), 7), expected(x.size());
      normalize(x, gain, kColumns[i], expected);
      auto *kernel = compiled.function<void(const f32 *, const f32 *, f32, f32 *)>(kernels[i].name);
      kernel(x.data(), gain.data(), kEpsilon, y.data());
      expectSame(y, expected, kernels[i].name);
      kernel(x.data(), gain.data(), kEpsilon, x.data());
      expectSame(x, expected, kernels[i].name + " in place");
    }
}

TEST_P(RowKernelsTest, Rope) {
  const std::vector<int64_t> sizes = {16, 32, 48, 64, 80, 96, 112, 128};
  std::vector<PrintedKernel> kernels;
  for (int64_t size : sizes)
    kernels.push_back(printRope(size, target()));
  const CompiledKernels compiled(GetParam(), kernels);

  RandomNumbers random(8);
  for (size_t i = 0; i < sizes.size(); ++i) {
    GuardedArray<f32> x = random.normals(sizes[i]), cosine(sizes[i] / 2), sine(sizes[i] / 2);
    for (size_t j = 0; j < cosine.size(); ++j) {
      cosine[j] = std::cos(0.1f * f32(j));
      sine[j] = std::sin(0.1f * f32(j));
    }
    GuardedArray<f32> y(x.size()), expected(x.size());
    reference::rope(x.data(), cosine.data(), sine.data(), 0.125f, sizes[i], expected.data());
    auto *kernel = compiled.function<void(const f32 *, const f32 *, const f32 *, f32, f32 *)>(kernels[i].name);
    kernel(x.data(), cosine.data(), sine.data(), 0.125f, y.data());
    expectSame(y, expected, kernels[i].name);
    kernel(x.data(), cosine.data(), sine.data(), 0.125f, x.data());
    expectSame(x, expected, kernels[i].name + " in place");
  }
}

// Head sizes that fill no group of 64: the arrays end with the head, and are guarded.
TEST_P(RowKernelsTest, HeadNorm) {
  const std::vector<int64_t> sizes = {16, 32, 48, 64, 80, 96, 128, 256};
  std::vector<PrintedKernel> kernels;
  for (int64_t size : sizes)
    for (bool withGain : {false, true})
      kernels.push_back(printHeadNorm(size, withGain, target()));
  const CompiledKernels compiled(GetParam(), kernels);

  RandomNumbers random(10);
  for (int64_t size : sizes) {
    GuardedArray<f32> x = random.normals(size, 3), gain = random.normals(size), y(size, 7), expected(size);
    reference::headNorm(x.data(), gain.data(), kEpsilon, 0.3f, size, expected.data());
    const std::string withGain = "head_norm_gain_" + std::to_string(size), plain = "head_norm_" + std::to_string(size);
    auto *kernel = compiled.function<void(const f32 *, const f32 *, f32, f32, f32 *)>(withGain);
    kernel(x.data(), gain.data(), kEpsilon, 0.3f, y.data());
    expectSame(y, expected, withGain);
    GuardedArray<f32> inPlace = x;
    kernel(inPlace.data(), gain.data(), kEpsilon, 0.3f, inPlace.data());
    expectSame(inPlace, expected, withGain + " in place");

    reference::headNorm(x.data(), nullptr, kEpsilon, 0.3f, size, expected.data());
    compiled.function<void(const f32 *, f32, f32, f32 *)>(plain)(x.data(), kEpsilon, 0.3f, x.data());
    expectSame(x, expected, plain + " in place");
  }
}

// From a single vector of 16 lanes to more than eight, in one group and in several.
TEST_P(RowKernelsTest, Hadamard) {
  const std::vector<std::pair<int64_t, int64_t>> shapes = {{16, 16},   {48, 16},   {96, 32},   {192, 64},
                                                           {384, 128}, {768, 256}, {1536, 512}};
  std::vector<PrintedKernel> kernels;
  for (auto [columns, mixed] : shapes)
    kernels.push_back(printHadamard(columns, mixed, target()));
  const CompiledKernels compiled(GetParam(), kernels);

  RandomNumbers random(11);
  for (size_t i = 0; i < shapes.size(); ++i) {
    const auto [columns, mixed] = shapes[i];
    GuardedArray<f32> x = random.normals(columns, 3), y(columns, 7), expected = x;
    reference::mix(expected.data(), columns, mixed);
    auto *kernel = compiled.function<void(const f32 *, f32 *)>(kernels[i].name);
    kernel(x.data(), y.data());
    expectSame(y, expected, kernels[i].name);
    EXPECT_TRUE(y.wallsStand()) << kernels[i].name;
    kernel(x.data(), x.data());
    expectSame(x, expected, kernels[i].name + " in place");
  }
  EXPECT_THROW(printHadamard(1536, 8, target()), std::invalid_argument);
  EXPECT_THROW(printHadamard(1536, 48, target()), std::invalid_argument);
  EXPECT_THROW(printHadamard(1536, 1024, target()), std::invalid_argument);
  EXPECT_THROW(printHadamard(0, 16, target()), std::invalid_argument);
}

TEST_P(RowKernelsTest, ElementWise) {
  const std::vector<PrintedKernel> kernels = {
      printSilu(16, target()),  printSilu(576, target()), printMul(16, target()),      printMul(576, target()),
      printAdd(16, target()),   printAdd(576, target()),  printGeluTanh(16, target()), printGeluTanh(576, target()),
      printScale(16, target()), printScale(576, target())};
  const CompiledKernels compiled(GetParam(), kernels);
  RandomNumbers random(9);
  for (size_t n : {16, 576}) {
    const GuardedArray<f32> a = random.normals(n, 10), b = random.normals(n);
    GuardedArray<f32> y(n), silu(n), gelu(n), scaled(n), product(n), sum(n);
    for (size_t i = 0; i < n; ++i) {
      silu[i] = reference::silu(a[i]);
      gelu[i] = reference::geluTanh(a[i]);
      scaled[i] = a[i] * 25.298221f;
      product[i] = a[i] * b[i];
      sum[i] = a[i] + b[i];
    }
    const std::string columns = "_" + std::to_string(n);
    compiled.function<void(const f32 *, f32 *)>("silu" + columns)(a.data(), y.data());
    expectSame(y, silu, "silu");
    compiled.function<void(const f32 *, f32 *)>("gelu_tanh" + columns)(a.data(), y.data());
    expectSame(y, gelu, "gelu");
    y = a;
    compiled.function<void(const f32 *, f32, f32 *)>("scale" + columns)(y.data(), 25.298221f, y.data());
    expectSame(y, scaled, "scale in place");
    compiled.function<void(const f32 *, const f32 *, f32 *)>("mul" + columns)(a.data(), b.data(), y.data());
    expectSame(y, product, "mul");
    y = a;
    compiled.function<void(const f32 *, const f32 *, f32 *)>("add" + columns)(y.data(), b.data(), y.data());
    expectSame(y, sum, "add in place");
  }
}

TEST_P(RowKernelsTest, Convolve) {
  constexpr int64_t kRow = 96; // of which a kernel takes some columns
  const std::vector<std::pair<int64_t, int64_t>> shapes = {{16, 3}, {48, 2}, {16, 7}};
  std::vector<PrintedKernel> kernels;
  for (auto [columns, width] : shapes)
    kernels.push_back(printConvolve(columns, width, kRow, target()));
  const CompiledKernels compiled(GetParam(), kernels);
  RandomNumbers random(10);
  for (size_t shape = 0; shape < shapes.size(); ++shape) {
    const auto [columns, width] = shapes[shape];
    const GuardedArray<f32> rows = random.normals(size_t(width * kRow), 10), taps = random.normals(rows.size()),
                            gate = random.normals(size_t(columns));
    GuardedArray<f32> y(size_t(columns), 7), expected(y.size());
    const int64_t first = kRow - columns; // the last columns: none behind them is touched
    for (int64_t i = 0; i < columns; ++i) {
      f32 sum = 0;
      for (int64_t k = 0; k < width; ++k)
        sum = std::fma(taps[size_t(k * kRow + first + i)], rows[size_t(k * kRow + first + i)], sum);
      expected[size_t(i)] = gate[size_t(i)] * sum;
    }
    compiled.function<void(const f32 *, const f32 *, const f32 *, f32 *)>(kernels[shape].name)(
        rows.data() + first, taps.data() + first, gate.data(), y.data());
    expectSame(y, expected, kernels[shape].name);
  }
}

INSTANTIATE_KERNEL_TESTS(RowKernelsTest);

TEST(RowKernels, ShapesThatCannotBeAreRefused) {
  const Target &target = targets().front();
  EXPECT_THROW(printRope(40, target), std::invalid_argument);
  EXPECT_THROW(printHeadNorm(40, true, target), std::invalid_argument);
  EXPECT_THROW(printSilu(20, target), std::invalid_argument);
  EXPECT_THROW(printConvolve(20, 3, 64, target), std::invalid_argument);
  EXPECT_THROW(printConvolve(16, 0, 64, target), std::invalid_argument);
  EXPECT_THROW(printQuantize(0, CodeRange::Asymmetric, target), std::invalid_argument);
}
