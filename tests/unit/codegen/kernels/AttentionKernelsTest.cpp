//===- AttentionKernelsTest.cpp - The cache and attention -----------------===//
//
// Against plain loops, to the bit, with poison where kernels may read but must not use: keys beyond the last position
// are not numbers, values there are huge.
//
//===----------------------------------------------------------------------===//

#include "CompiledKernels.h"
#include "RandomNumbers.h"
#include "ReferenceLoops.h"

using namespace weebill::kernels;
using namespace weebill::plan;
using namespace weebill::targets;
using namespace weebill::tests;
namespace reference = weebill::reference;

namespace {

class AttentionKernelsTest : public KernelTest {};

std::string shapeName(const AttentionShape &s) {
  return std::string(s.windowed ? "window_" : "") +
         (s.cache == Element::F16  ? "f16_"
          : s.cache == Element::I8 ? "i8_"
                                   : "f32_") +
         std::to_string(s.groupHeads) + "x" + std::to_string(s.headSize);
}

template <class T> T toCache(f32 x);
template <> u16 toCache<u16>(f32 x) { return reference::toHalf(x); }
template <> f32 toCache<f32>(f32 x) { return x; }
template <> i8 toCache<i8>(f32 x) { return i8(std::max(std::min(40 * x, 127.0f), -127.0f)); }
template <> u8 toCache<u8>(f32 x) { return std::isnan(x) ? u8(255) : u8(toCache<i8>(x) + 128); }
f32 fromCache(u16 x) { return reference::fromHalf(x); }
f32 fromCache(i8 x) { return x; }
f32 fromCache(u8 x) { return f32(x - 128); }
f32 fromCache(f32 x) { return x; }

/// Elements of keys and of values.
template <class T> struct Cache {
  using Key = T;
  static i64 key(i64 j, i64 d, i64 size) { return (j / 16 * size + d) * 16 + j % 16; }
  static i64 value(i64 j, i64 d, i64 size) { return j * size + d; }
};
template <> struct Cache<i8> {
  using Key = u8;
  static i64 key(i64 j, i64 d, i64 size) { return (j / 16 * size + d / 4 * 4) * 16 + j % 16 * 4 + d % 4; }
  static i64 value(i64 j, i64 d, i64 size) { return (j / 4 * size + d) * 4 + j % 4; }
};

/// `wild`: of a query's elements, of scales and of keys some are infinite or no numbers. Values in a cache never are.
template <class T>
void testAttention(const CompiledKernels &compiled, const AttentionShape &shape, i32 positions, RandomNumbers &random,
                   bool wild) {
  const i32 blocks = (positions + 63) / 64, size = i32(shape.headSize), heads = i32(shape.groupHeads);
  const i32 stride = blocks * 64 + 64; // as a cache with room for more
  const i32 behind = shape.windowed ? std::min(positions - 1, 37) : 0;
  using Key = typename Cache<T>::Key;
  GuardedArray<Key> keys(blocks * 64 * size);
  GuardedArray<T> values(blocks * 64 * size);
  auto keyIndex = [&](i64 j, i64 d) { return Cache<T>::key(j, d, size); };
  auto valueIndex = [&](i64 j, i64 d) { return Cache<T>::value(j, d, size); };
  for (i64 j = 0; j < blocks * 64; ++j)
    for (i64 d = 0; d < size; ++d) {
      keys[keyIndex(j, d)] = toCache<Key>(j < positions ? random.normal() : NAN);
      values[valueIndex(j, d)] = toCache<T>(j < positions ? random.normal() : 60000.0f);
    }
  GuardedArray<f32> query = random.normals(heads * size, 0.5f);
  for (i32 h = 0; wild && h < heads; ++h)
    query[h * size + h % size] = h % 3 == 0 ? INFINITY : h % 3 == 1 ? NAN : 3e38f;
  constexpr bool codes = std::is_same_v<T, i8>;
  GuardedArray<f32> keyScales(blocks * 64), valueScales(blocks * 64);
  for (i64 j = 0; j < blocks * 64; ++j) {
    keyScales[j] = j < positions ? (j % 7 == 0 ? 0.0f : 0.02f * std::fabs(random.normal())) : NAN;
    valueScales[j] = j < positions ? 0.02f * std::fabs(random.normal()) : wild ? INFINITY : 1e30f;
    if (wild && j % 5 == 4)
      keyScales[j] = j % 2 ? INFINITY : 1e38f;
    if (wild && j % 37 == 36)
      valueScales[j] = INFINITY;
  }

  GuardedArray<f32> expectedProbabilities(heads * stride, 5), expectedSums(heads), expectedY(heads * size);
  for (i32 h = 0; h < heads; ++h) {
    const reference::Attention expected = reference::attention(
        query.data() + h * size, positions, size, [&](i64 j, i64 d) { return fromCache(keys[keyIndex(j, d)]); },
        [&](i64 j, i64 d) { return fromCache(values[valueIndex(j, d)]); }, codes ? keyScales.data() : nullptr,
        codes ? valueScales.data() : nullptr, behind);
    std::copy(expected.probabilities.begin(), expected.probabilities.end(), expectedProbabilities.data() + h * stride);
    std::copy(expected.y.begin(), expected.y.end(), expectedY.data() + h * size);
    expectedSums[h] = expected.sum;
  }

  // With a window, the kernel is told what is behind it. Of codes, each kernel takes their scales behind them.
  const std::string scoresName = "attention_scores_" + shapeName(shape),
                    valuesName = "attention_values_" + shapeName(shape);
  auto scoresKernel = [&](f32 *scores, f32 *probabilities, f32 *sums) {
    if (shape.windowed) {
      if constexpr (codes)
        compiled.function<void(const f32 *, const Key *, const f32 *, i32, i32, i32, i32, f32 *, f32 *, f32 *)>(
            scoresName)(query.data(), keys.data(), keyScales.data(), positions, behind, blocks, stride, scores,
                        probabilities, sums);
      else
        compiled.function<void(const f32 *, const Key *, i32, i32, i32, i32, f32 *, f32 *, f32 *)>(scoresName)(
            query.data(), keys.data(), positions, behind, blocks, stride, scores, probabilities, sums);
      return;
    }
    if constexpr (codes)
      compiled.function<void(const f32 *, const Key *, const f32 *, i32, i32, i32, f32 *, f32 *, f32 *)>(scoresName)(
          query.data(), keys.data(), keyScales.data(), positions, blocks, stride, scores, probabilities, sums);
    else
      compiled.function<void(const f32 *, const Key *, i32, i32, i32, f32 *, f32 *, f32 *)>(scoresName)(
          query.data(), keys.data(), positions, blocks, stride, scores, probabilities, sums);
  };
  auto valuesKernel = [&](const f32 *probabilities, const f32 *sums, f32 *y) {
    if constexpr (codes)
      compiled.function<void(const f32 *, const f32 *, const T *, const f32 *, i32, i32, f32 *)>(valuesName)(
          probabilities, sums, values.data(), valueScales.data(), blocks, stride, y);
    else
      compiled.function<void(const f32 *, const f32 *, const T *, i32, i32, f32 *)>(valuesName)(
          probabilities, sums, values.data(), blocks, stride, y);
  };
  const std::string what = shapeName(shape) + " at " + std::to_string(positions) + " positions";
  for (bool inPlace : {false, true}) {
    GuardedArray<f32> scores(heads * stride, 5), probabilities(heads * stride, 5), sums(heads), y(heads * size);
    f32 *where = inPlace ? probabilities.data() : scores.data();
    scoresKernel(where, probabilities.data(), sums.data());
    expectSame(probabilities, expectedProbabilities, what + ", probabilities");
    EXPECT_TRUE(scores.wallsStand()) << what;
    expectSame(sums, expectedSums, what + ", sums");
    valuesKernel(probabilities.data(), sums.data(), y.data());
    expectSame(y, expectedY, what + ", values");
  }
}

void testOfCache(const CompiledKernels &compiled, const AttentionShape &shape, i32 positions, RandomNumbers &random,
                 bool wild) {
  shape.cache == Element::F16  ? testAttention<u16>(compiled, shape, positions, random, wild)
  : shape.cache == Element::I8 ? testAttention<i8>(compiled, shape, positions, random, wild)
                               : testAttention<f32>(compiled, shape, positions, random, wild);
}

std::vector<PrintedKernel> kernelsOf(const std::vector<AttentionShape> &shapes, const Target &target) {
  std::vector<PrintedKernel> kernels;
  for (const AttentionShape &shape : shapes) {
    kernels.push_back(printAttentionScores(shape, target));
    kernels.push_back(printAttentionValues(shape, target));
  }
  return kernels;
}

} // namespace

TEST_P(AttentionKernelsTest, EveryShapeAndLength) {
  const std::vector<AttentionShape> shapes = {
      {1, 64, Element::F16},      {3, 64, Element::F16}, {3, 128, Element::F16},      {7, 64, Element::F16},
      {9, 32, Element::F16},      {1, 64, Element::F32}, {3, 64, Element::F32},       {16, 96, Element::F32},
      {3, 80, Element::F16},      {1, 80, Element::F32}, {5, 16, Element::F16},       {3, 64, Element::I8},
      {1, 80, Element::I8},       {7, 32, Element::I8},  {5, 16, Element::I8},        {2, 256, Element::I8},
      {16, 96, Element::I8},      {1, 128, Element::I8}, {3, 64, Element::F16, true}, {3, 64, Element::I8, true},
      {1, 80, Element::F32, true}};
  const CompiledKernels compiled(GetParam(), kernelsOf(shapes, target()));

  RandomNumbers random(10);
  for (const AttentionShape &shape : shapes)
    for (i32 positions : {1, 2, 15, 16, 17, 63, 64, 65, 128, 200, 1000}) {
      if (positions > 200 && shape.groupHeads > 3)
        continue; // the reference is slow
      testOfCache(compiled, shape, positions, random, false);
    }
}

TEST_P(AttentionKernelsTest, InfinitiesAndWhatIsNoNumber) {
  const std::vector<AttentionShape> shapes = {{3, 64, Element::F16}, {1, 80, Element::F32}, {3, 64, Element::I8},
                                              {7, 32, Element::I8},  {5, 16, Element::I8},  {3, 64, Element::I8, true}};
  const CompiledKernels compiled(GetParam(), kernelsOf(shapes, target()));
  RandomNumbers random(15);
  for (const AttentionShape &shape : shapes)
    for (i32 positions : {1, 17, 64, 65, 200})
      testOfCache(compiled, shape, positions, random, true);
}

TEST_P(AttentionKernelsTest, Append) {
  std::vector<PrintedKernel> kernels;
  for (int64_t size : {32, 64, 80, 128})
    for (Element cache : {Element::F16, Element::F32}) {
      kernels.push_back(printAppendKey(size, cache, target()));
      kernels.push_back(printAppendValue(size, cache, target()));
    }
  const CompiledKernels compiled(GetParam(), kernels);

  RandomNumbers random(11);
  for (int size : {32, 64, 80, 128}) {
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

TEST_P(AttentionKernelsTest, AppendCodes) {
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

TEST_P(AttentionKernelsTest, Mix) {
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

TEST(AttentionKernels, MixingKeepsProducts) {
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

INSTANTIATE_KERNEL_TESTS(AttentionKernelsTest);

TEST(AttentionKernels, ShapesThatCannotBeAreRefused) {
  const Target &target = targets().front();
  EXPECT_THROW(printAttentionScores({0, 64, Element::F16}, target), std::invalid_argument);
  EXPECT_THROW(printAttentionValues({3, 40, Element::F16}, target), std::invalid_argument);
  EXPECT_THROW(printAppendKey(64, Element::I32, target), std::invalid_argument);
  EXPECT_THROW(printMixHeads(1, 40, target), std::invalid_argument);
}
