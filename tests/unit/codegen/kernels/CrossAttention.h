//===- CrossAttention.h - Attention of another kind of CPU -------*- C++ -*-===//
//
// The cache and attention, of float16 and of codes: a part of CrossKernels.cpp, which includes the kernels under test
// before.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_TESTS_CROSSATTENTION_H
#define WEEBILL_TESTS_CROSSATTENTION_H

#include "CacheLayout.h"
#include "CrossExpectations.h"

namespace weebill::tests {

inline void testAttention(i32 positions) {
  const i32 blocks = (positions + 63) / 64, stride = blocks * 64;
  std::vector<u16> keys(stride * kHeadSize, 0x7e00), values(stride * kHeadSize);
  std::vector<f32> key(kHeadSize), value(kHeadSize);
  const auto keyIndex = [](i64 j, i64 d) { return Cache<u16>::key(j, d, kHeadSize); };
  const auto valueIndex = [](i64 j, i64 d) { return Cache<u16>::value(j, d, kHeadSize); };
  for (i32 j = 0; j < positions; ++j) { // as a program fills its cache
    for (i32 d = 0; d < kHeadSize; ++d)
      key[d] = normal(), value[d] = normal();
    append_key(key.data(), reinterpret_cast<f16 *>(keys.data()) + keyIndex(j, 0));
    append_value(value.data(), reinterpret_cast<f16 *>(values.data()) + valueIndex(j, 0));
    for (i32 d = 0; d < kHeadSize; ++d)
      failures +=
          values[valueIndex(j, d)] != reference::toHalf(value[d]) || keys[keyIndex(j, d)] != reference::toHalf(key[d]);
  }
  const std::vector<f32> query = normals(kGroupHeads * kHeadSize);
  std::vector<f32> probabilities(kGroupHeads * stride), expectedProbabilities(probabilities.size());
  std::vector<f32> sums(kGroupHeads), expectedSums(kGroupHeads), y(kGroupHeads * kHeadSize), expected(y.size());
  for (i32 h = 0; h < kGroupHeads; ++h) {
    const reference::Attention result = reference::attention(
        query.data() + h * kHeadSize, positions, kHeadSize,
        [&](i64 j, i64 d) { return reference::fromHalf(keys[keyIndex(j, d)]); },
        [&](i64 j, i64 d) { return reference::fromHalf(values[valueIndex(j, d)]); });
    std::copy(result.probabilities.begin(), result.probabilities.end(), expectedProbabilities.begin() + h * stride);
    std::copy(result.y.begin(), result.y.end(), expected.begin() + h * kHeadSize);
    expectedSums[h] = result.sum;
  }
  attention_scores(query.data(), halves(keys), positions, blocks, stride, probabilities.data(), probabilities.data(),
                   sums.data());
  expectSame(probabilities, expectedProbabilities, "probabilities");
  expectSame(sums, expectedSums, "their sums");
  attention_values(probabilities.data(), sums.data(), halves(values), blocks, stride, y.data());
  expectSame(y, expected, "attention");
}

/// The same of a cache of codes.
inline void testCodedAttention(i32 positions) {
  const i32 blocks = (positions + 63) / 64, stride = blocks * 64;
  std::vector<u8> keys(stride * kHeadSize, 255);
  std::vector<i8> values(stride * kHeadSize, 127), codes(kHeadSize);
  std::vector<f32> keyScales(stride, NAN), valueScales(stride, 1e30f);
  const auto keyIndex = [](i64 j, i64 d) { return Cache<i8>::key(j, d, kHeadSize); };
  const auto valueIndex = [](i64 j, i64 d) { return Cache<i8>::value(j, d, kHeadSize); };
  for (i32 j = 0; j < positions; ++j) {
    std::vector<f32> key = normals(kHeadSize), mixed = key;
    const std::vector<f32> value = normals(kHeadSize);
    reference::mixHead(mixed.data(), kHeadSize);
    mix_key(key.data());
    expectSame(key, mixed, "a mixed key");
    append_key_codes(key.data(), keys.data() + keyIndex(j, 0), &keyScales[j]);
    append_value_codes(value.data(), values.data() + valueIndex(j, 0), &valueScales[j]);
    failures += reference::codeHead(key.data(), kHeadSize, codes.data()) != keyScales[j];
    for (i32 d = 0; d < kHeadSize; ++d)
      failures += keys[keyIndex(j, d)] != codes[d] + 128;
    failures += reference::codeHead(value.data(), kHeadSize, codes.data()) != valueScales[j];
    for (i32 d = 0; d < kHeadSize; ++d)
      failures += values[valueIndex(j, d)] != codes[d];
  }
  const std::vector<f32> query = normals(kGroupHeads * kHeadSize);
  std::vector<f32> probabilities(kGroupHeads * stride), sums(kGroupHeads), y(kGroupHeads * kHeadSize), expected;
  for (i32 h = 0; h < kGroupHeads; ++h) {
    const reference::Attention result = reference::attention(
        query.data() + h * kHeadSize, positions, kHeadSize,
        [&](i64 j, i64 d) { return f32(keys[keyIndex(j, d)] - 128); },
        [&](i64 j, i64 d) { return f32(values[valueIndex(j, d)]); }, keyScales.data(), valueScales.data());
    expected.insert(expected.end(), result.y.begin(), result.y.end());
  }
  attention_scores_codes(query.data(), keys.data(), keyScales.data(), positions, blocks, stride, probabilities.data(),
                         probabilities.data(), sums.data());
  attention_values_codes(probabilities.data(), sums.data(), values.data(), valueScales.data(), blocks, stride,
                         y.data());
  expectSame(y, expected, "attention to codes");
}

} // namespace weebill::tests

#endif // WEEBILL_TESTS_CROSSATTENTION_H
