//===- AttentionKernelsTest.cpp - Attention -------------------------------===//
//
// Against plain loops, to the bit, with poison where kernels may read but must not use: keys beyond the last position
// are not numbers, values there are huge.
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

INSTANTIATE_KERNEL_TESTS(AttentionKernelsTest);

TEST(AttentionKernels, ShapesThatCannotBeAreRefused) {
  const Target &target = targets().front();
  EXPECT_THROW(printAttentionScores({0, 64, Element::F16}, target), std::invalid_argument);
  EXPECT_THROW(printAttentionValues({3, 40, Element::F16}, target), std::invalid_argument);
  EXPECT_THROW(printAppendKey(64, Element::I32, target), std::invalid_argument);
  EXPECT_THROW(printMixHeads(1, 40, target), std::invalid_argument);
}
