//===- ExactAttention.cpp - Attention of docs/numerics.md, to the bit -----===//
//
// Compiled with -ffp-contract=off: a fused multiply-add is where std::fma is written. Tested by
// tests/unit/compiler/reference/ExactArithmeticTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/reference/ExactArithmetic.h"

#include "compiler/reference/ExactLanes.h"
#include "compiler/reference/FusedMultiplyAdd.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace weebill::reference {

static constexpr int64_t kPositionBlock = 64;

WEEBILL_ALWAYS_INLINE static void scoreLoop(const float *query, const float *keys, int64_t stride, int64_t positions,
                                            int64_t headSize, float *scores) {
  for (int64_t j = 0; j < positions; ++j) {
    float score = 0;
    for (int64_t d = 0; d < headSize; ++d)
      score = std::fma(keys[j * stride + d], query[d], score);
    scores[j] = score;
  }
}

WEEBILL_WITH_FMA(computeScores, scoreLoop,
                 (const float *query, const float *keys, int64_t stride, int64_t positions, int64_t headSize,
                  float *scores),
                 (query, keys, stride, positions, headSize, scores))

/// o[d] = sum of p[j] values[j][d] over a block. Positions past the last visible one have p = 0 and add nothing: left
/// out.
WEEBILL_ALWAYS_INLINE static void mixLoop(const float *p, const float *values, int64_t stride, int64_t positions,
                                          int64_t headSize, float *o) {
  std::fill(o, o + headSize, 0.0f);
  for (int64_t j = 0; j < positions; ++j)
    for (int64_t d = 0; d < headSize; ++d)
      o[d] = std::fma(p[j], values[j * stride + d], o[d]);
}

WEEBILL_WITH_FMA(mixBlock, mixLoop,
                 (const float *p, const float *values, int64_t stride, int64_t positions, int64_t headSize, float *o),
                 (p, values, stride, positions, headSize, o))

/// l of one block: its 64 weights, in 16 lanes.
static float sumOfBlock(const float *p) {
  float partial[kLanes] = {};
  for (int64_t i = 0; i < kPositionBlock; ++i)
    partial[i % kLanes] = partial[i % kLanes] + p[i];
  return addLanes(partial);
}

/// The scores of a cache of codes: "To an int8 cache".
static void scoreCodes(const float *query, const float *keys, int64_t stride, Seen seen, int64_t headSize,
                       CacheScales<float> scales, float *scores) {
  std::vector<float> mixed(query, query + headSize), codes(headSize);
  mixHead(mixed.data(), headSize);
  float scale = ExactArithmetic::quantizeHead(mixed.data(), headSize, codes.data());
  float queryScale = scale * (1.0f / float(mixedElements(headSize)));
  for (int64_t j = seen.from; j < seen.to; ++j) {
    int32_t sum = 0;
    for (int64_t d = 0; d < headSize; ++d)
      sum += int32_t(codes[d]) * int32_t(keys[j * stride + d]);
    float both = queryScale * scales.keys[j * scales.stride];
    scores[j] = float(sum) * both;
  }
}

/// y[d] and what the values of a block of codes add to it.
static void addCodedBlock(const float *p, const float *values, int64_t stride, int64_t positions, int64_t headSize,
                          const float *scales, int64_t scalesStride, float *y) {
  std::vector<float> weights(positions);
  for (int64_t j = 0; j < positions; ++j)
    weights[j] = p[j] * scales[j * scalesStride];
  float scale = greatestMagnitude(weights.data(), positions) / 127;
  float inverse = scale >= 1e-20f ? 1 / scale : 0;
  std::vector<int32_t> codes(positions), sums(headSize);
  for (int64_t j = 0; j < positions; ++j)
    codes[j] = int32_t(within(std::nearbyint(weights[j] * inverse), 0.0f, 127.0f));
  for (int64_t j = 0; j < positions; ++j)
    for (int64_t d = 0; d < headSize; ++d)
      sums[d] += codes[j] * int32_t(values[j * stride + d]);
  for (int64_t d = 0; d < headSize; ++d)
    y[d] = std::fma(float(sums[d]), scale, y[d]);
}

void ExactArithmetic::attend(const float *query, const float *keys, const float *values, int64_t stride, Seen seen,
                             int64_t headSize, float *y, CacheScales<float> scales) {
  int64_t blocks = (seen.to + kPositionBlock - 1) / kPositionBlock;
  std::vector<float> scores(seen.to), p(blocks * kPositionBlock), o(headSize); // p is 0 of what is not seen
  if (scales.keys)
    scoreCodes(query, keys, stride, seen, headSize, scales, scores.data());
  else
    computeScores(query, keys + seen.from * stride, stride, seen.to - seen.from, headSize, scores.data() + seen.from);
  float m = std::numeric_limits<float>::lowest();
  for (int64_t j = seen.from; j < seen.to; ++j)
    m = scores[j] > m ? scores[j] : m;
  for (int64_t j = seen.from; j < seen.to; ++j)
    p[j] = exponential(scores[j] - m);

  float l = 0;
  std::fill(y, y + headSize, 0.0f);
  for (int64_t first = seen.from / kPositionBlock * kPositionBlock; first < seen.to; first += kPositionBlock) {
    l = l + sumOfBlock(p.data() + first);
    int64_t count = std::min(kPositionBlock, seen.to - first);
    if (scales.values) {
      addCodedBlock(p.data() + first, values + first * stride, stride, count, headSize,
                    scales.values + first * scales.stride, scales.stride, y);
      continue;
    }
    mixBlock(p.data() + first, values + first * stride, stride, count, headSize, o.data());
    for (int64_t d = 0; d < headSize; ++d)
      y[d] = y[d] + o[d];
  }
  float inverse = 1 / l;
  for (int64_t d = 0; d < headSize; ++d)
    y[d] = y[d] * inverse;
}

} // namespace weebill::reference
