//===- CacheKernelsTest.cpp - What goes into the cache --------------------===//
//
// Keys and values as a cache stores them, and heads that are mixed before they become codes: against plain loops, to
// the bit.
//
//===----------------------------------------------------------------------===//

#include "CacheLayout.h"
#include "CompiledKernels.h"
#include "RandomNumbers.h"
#include "ReferenceLoops.h"

using namespace weebill::kernels;
using namespace weebill::plan;
using namespace weebill::targets;
using namespace weebill::tests;
namespace reference = weebill::reference;

namespace {

class CacheKernelsTest : public KernelTest {};

} // namespace

TEST_P(CacheKernelsTest, Append) {
  const std::vector<int> sizes = {32, 64, 80, 128};
  std::vector<PrintedKernel> kernels;
  for (int size : sizes)
    for (Element cache : {Element::F16, Element::F32}) {
      kernels.push_back(printAppendKey(size, cache, target()));
      kernels.push_back(printAppendValue(size, cache, target()));
    }
  const CompiledKernels compiled(GetParam(), kernels);

  RandomNumbers random(11);
  for (int size : sizes) {
    GuardedArray<f32> x = random.normals(size);
    // Rounding to half: ties, overflow, the smallest, a carry into the exponent, zeros. A cache holds finite numbers.
    const f32 special[] = {1.00048828125f, 1.00146484375f, 65519.0f, 65520.0f, -1e9f,    5.96e-8f,  2.98e-8f,
                           3e-8f,          6.1e-5f,        1.9998f,  -0.0f,    INFINITY, -INFINITY, NAN};
    std::copy(std::begin(special), std::end(special), x.data());
    GuardedArray<u16> keys(16 * size, 9), expectedKeys = keys, row(size), expectedRow(size);
    GuardedArray<f32> keysF32(16 * size, 9), expectedKeysF32 = keysF32, rowF32(size), expectedRowF32(size);
    const auto within = [](f32 x, f32 greatest) { return reference::min(reference::max(x, -greatest), greatest); };
    for (int d = 0; d < size; ++d) {
      expectedKeys[16 * d + 5] = expectedRow[d] = reference::toHalf(within(x[d], 65504));
      expectedKeysF32[16 * d + 5] = expectedRowF32[d] = within(x[d], std::numeric_limits<f32>::max());
    }
    const std::string suffix = std::to_string(size);
    compiled.function<void(const f32 *, u16 *)>("append_key_f16_" + suffix)(x.data(), keys.data() + 5);
    compiled.function<void(const f32 *, u16 *)>("append_value_f16_" + suffix)(x.data(), row.data());
    compiled.function<void(const f32 *, f32 *)>("append_key_f32_" + suffix)(x.data(), keysF32.data() + 5);
    compiled.function<void(const f32 *, f32 *)>("append_value_f32_" + suffix)(x.data(), rowF32.data());
    expectSame(keys, expectedKeys, "keys");
    expectSame(row, expectedRow, "values");
    expectSame(keysF32, expectedKeysF32, "keys, float32");
    expectSame(rowF32, expectedRowF32, "values, float32");
  }
}

TEST_P(CacheKernelsTest, AppendCodes) {
  const std::vector<int> sizes = {16, 64, 80};
  std::vector<PrintedKernel> kernels;
  for (int size : sizes) {
    kernels.push_back(printAppendKey(size, Element::I8, target()));
    kernels.push_back(printAppendValue(size, Element::I8, target()));
  }
  const CompiledKernels compiled(GetParam(), kernels);

  RandomNumbers random(12);
  for (int size : sizes)
    for (f32 magnitude : {3.0f, 0.0f, 1e-18f, 1e-25f, 1e20f, 1e38f}) {
      GuardedArray<f32> x = random.normals(size, magnitude);
      if (magnitude == 1e38f)
        x[3] = x[size - 1] = NAN;
      if (magnitude == 1e20f && size > 16)
        x[8] = -INFINITY;
      GuardedArray<i8> codes(size), values(4 * size, 9), expectedValues = values;
      GuardedArray<u8> keys(16 * size, 9), expectedKeys = keys;
      GuardedArray<f32> scale(1), expectedScale(1);
      expectedScale[0] = reference::codeHead(x.data(), size, codes.data());
      for (int d = 0; d < size; ++d) {
        expectedKeys[Cache<i8>::key(5, d, size)] = u8(codes[d] + 128);
        expectedValues[Cache<i8>::value(2, d, size)] = codes[d];
      }
      const std::string suffix = std::to_string(size), what = suffix + " times " + std::to_string(magnitude);
      compiled.function<void(const f32 *, u8 *, f32 *)>("append_key_i8_" + suffix)(x.data(), keys.data() + 4 * 5,
                                                                                   scale.data());
      expectSame(keys, expectedKeys, "keys, " + what);
      expectSame(scale, expectedScale, "scale of keys, " + what);
      scale[0] = 7;
      compiled.function<void(const f32 *, i8 *, f32 *)>("append_value_i8_" + suffix)(x.data(), values.data() + 2,
                                                                                     scale.data());
      expectSame(values, expectedValues, "values, " + what);
      expectSame(scale, expectedScale, "scale of values, " + what);
    }
}

TEST_P(CacheKernelsTest, Mix) {
  const std::vector<std::pair<int, int>> shapes = {{1, 16}, {3, 64}, {1, 80}, {2, 96}, {4, 128}, {1, 256}};
  std::vector<PrintedKernel> kernels;
  for (auto [heads, size] : shapes)
    kernels.push_back(printMixHeads(heads, size, target()));
  const CompiledKernels compiled(GetParam(), kernels);

  RandomNumbers random(13);
  for (auto [heads, size] : shapes) {
    GuardedArray<f32> x = random.normals(heads * size), expected = x;
    for (int head = 0; head < heads; ++head)
      reference::mixHead(expected.data() + head * size, size);
    const std::string name = "mix_heads_" + std::to_string(heads) + "x" + std::to_string(size);
    compiled.function<void(f32 *)>(name)(x.data());
    expectSame(x, expected, name);
    EXPECT_TRUE(x.wallsStand()) << name;
  }
}

TEST(CacheKernels, MixingKeepsProducts) {
  // Of mixed heads they are as many times greater as elements are mixed with each other: 16 of 80, in sums that round
  // 80 + 4 times, each term of magnitudes that add up to 16 * 80 of their greatest product at most.
  RandomNumbers random(14);
  GuardedArray<f32> a = random.normals(80), b = random.normals(80);
  double before = 0, after = 0, greatest = 0;
  for (int d = 0; d < 80; ++d) {
    before += double(a[d]) * b[d];
    greatest = std::max(greatest, std::fabs(double(a[d]) * b[d]));
  }
  reference::mixHead(a.data(), 80);
  reference::mixHead(b.data(), 80);
  for (int d = 0; d < 80; ++d)
    after += double(a[d]) * b[d];
  EXPECT_NEAR(after, 16 * before, 16 * 80 * 16 * greatest * 84 * 0x1p-24);
  EXPECT_EQ(mixedElements(80), 16);
  EXPECT_EQ(mixedElements(256), 256);
}

INSTANTIATE_KERNEL_TESTS(CacheKernelsTest);
