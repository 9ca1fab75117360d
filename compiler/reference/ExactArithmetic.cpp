//===- ExactArithmetic.cpp - docs/numerics.md, to the bit -----------------===//
//
// All but attention (ExactAttention.cpp). Compiled with -ffp-contract=off: a fused multiply-add is where std::fma is
// written. Tested by tests/unit/compiler/reference/ExactArithmeticTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/reference/ExactArithmetic.h"

#include "compiler/reference/ExactLanes.h"
#include "compiler/reference/FusedMultiplyAdd.h"

#include <algorithm>
#include <bit>

namespace weebill::reference {

namespace {

constexpr int64_t kWays = 4;

/// Sum of squares of a row: "Sums over a row".
float sumOfSquares(const float *x, int64_t columns) {
  float partial[kWays][kLanes] = {};
  for (int64_t i = 0; i < columns; ++i) {
    float &sum = partial[(i / kLanes) % kWays][i % kLanes];
    float square = x[i] * x[i];
    sum = sum + square;
  }
  float lanes[kLanes];
  for (int64_t lane = 0; lane < kLanes; ++lane) {
    lanes[lane] = 0;
    for (int64_t way = 0; way < kWays; ++way)
      lanes[lane] = lanes[lane] + partial[way][lane];
  }
  return addLanes(lanes);
}

} // namespace

//===----------------------------------------------------------------------===//
// exp, SiLU and GELU
//===----------------------------------------------------------------------===//

float ExactArithmetic::exponential(float x) {
  x = within(x, -87.0f, 88.0f);
  float n = std::nearbyint(x * 1.44269504f);
  float r = std::fma(n, 2.12194440e-4f, std::fma(n, -0.693359375f, x));
  float p = 1.9875691500e-4f;
  for (float c : {1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f})
    p = std::fma(p, r, c);
  p = std::fma(p * r, r, r) + 1;
  return p * std::bit_cast<float>((int32_t(n) + 127) << 23);
}

float ExactArithmetic::silu(float x) { return x / (1 + exponential(0 - x)); }

float ExactArithmetic::geluTanh(float x) {
  float square = x * x;
  float p = std::fma(square, 0.0713548163f, 1.59576912f);
  float twice = x * p;
  return x / (1 + exponential(0 - twice));
}

//===----------------------------------------------------------------------===//
// RMS norm and quantization
//===----------------------------------------------------------------------===//

void ExactArithmetic::rmsNorm(const float *x, const float *gain, int64_t columns, float epsilon, float *y) {
  headNorm(x, gain, columns, epsilon, /*scale=*/1, y); // times 1 rounds nothing
}

void ExactArithmetic::headNorm(const float *x, const float *gain, int64_t size, float epsilon, float scale, float *y) {
  float mean = sumOfSquares(x, size) * (1.0f / float(size));
  float inverse = 1 / std::sqrt(mean + epsilon);
  for (int64_t i = 0; i < size; ++i) {
    float normed = x[i] * inverse;
    if (gain)
      normed = normed * gain[i];
    y[i] = normed * scale;
  }
}

CodeScale<float> ExactArithmetic::quantize(const float *x, int64_t columns, uint8_t *codes) {
  const auto [low, high] = Bounds<float>(x, columns);
  float scale = std::max((high - low) * (1.0f / 255), 1e-20f);
  float inverse = 1 / scale;
  int32_t zero = int32_t(within(std::nearbyint((0 - low) * inverse), 0.0f, 255.0f));
  for (int64_t i = 0; i < columns; ++i) {
    float code = std::nearbyint(x[i] * inverse) + float(zero);
    codes[i] = uint8_t(within(code, 0.0f, 255.0f));
  }
  return {scale, zero};
}

CodeScale<float> ExactArithmetic::quantizeSymmetric(const float *x, int64_t columns, uint8_t *codes) {
  float scale = std::max(greatestMagnitude(x, columns) / 127, 1e-20f);
  float inverse = 1 / scale;
  for (int64_t i = 0; i < columns; ++i) {
    float code = std::nearbyint(x[i] * inverse) + 128;
    codes[i] = uint8_t(within(code, 1.0f, 255.0f));
  }
  return {scale, 128};
}

float ExactArithmetic::quantizeGroup(const float *x, int64_t count, int8_t *codes) {
  float scale = greatestMagnitude(x, count) / 127;
  float inverse = scale >= 1e-20f ? 1 / scale : 0;
  for (int64_t i = 0; i < count; ++i)
    codes[i] = int8_t(within(std::nearbyint(x[i] * inverse), -127.0f, 127.0f));
  return scale;
}

float ExactArithmetic::quantizeHead(const float *x, int64_t headSize, float *codes) {
  float scale = greatestMagnitude(x, headSize) / 127;
  float inverse = scale >= 1e-20f ? 1 / scale : 0;
  for (int64_t d = 0; d < headSize; ++d)
    codes[d] = within(std::nearbyint(x[d] * inverse), -127.0f, 127.0f);
  return scale;
}

//===----------------------------------------------------------------------===//
// Linear
//===----------------------------------------------------------------------===//

WEEBILL_ALWAYS_INLINE static void linearTile(const float *row, const float *x, int64_t columns, float *sums) {
  float sum[ExactArithmetic::kTile] = {};
  for (int64_t k = 0; k < columns; ++k)
    for (int64_t token = 0; token < ExactArithmetic::kTile; ++token)
      sum[token] = std::fma(row[k], x[k * ExactArithmetic::kTile + token], sum[token]);
  std::copy(sum, sum + ExactArithmetic::kTile, sums);
}

WEEBILL_WITH_FMA(linearDispatched, linearTile, (const float *row, const float *x, int64_t columns, float *sums),
                 (row, x, columns, sums))

void ExactArithmetic::linear(const float *row, const float *x, int64_t columns, float *sums) {
  linearDispatched(row, x, columns, sums);
}

float ExactArithmetic::scaleSum(int32_t sum, int32_t rowSum, CodeScale<float> input, float weightScale) {
  return float(sum - input.zero * rowSum) * (input.scale * weightScale);
}

float ExactArithmetic::addProducts(float y, int32_t products, float inputScale, float weightScale) {
  float scale = inputScale * weightScale;
  return std::fma(float(products), scale, y);
}

float ExactArithmetic::addMinimum(float y, float minimum, float inputScale, int32_t inputSum) {
  float weighed = inputScale * float(inputSum);
  return std::fma(minimum, weighed, y);
}

//===----------------------------------------------------------------------===//
// Short convolution
//===----------------------------------------------------------------------===//

/// y += taps * x, each with one rounding.
static WEEBILL_ALWAYS_INLINE void tapLoop(const float *taps, const float *x, int64_t columns, float *y) {
  for (int64_t i = 0; i < columns; ++i)
    y[i] = std::fma(taps[i], x[i], y[i]);
}

WEEBILL_WITH_FMA(addTap, tapLoop, (const float *taps, const float *x, int64_t columns, float *y), (taps, x, columns, y))

void ExactArithmetic::convolve(const float *const *rows, const float *taps, int64_t width, int64_t columns, float *y) {
  const std::vector<float> zeros(columns, 0.0f);
  std::fill(y, y + columns, 0.0f);
  for (int64_t k = 0; k < width; ++k)
    addTap(taps + k * columns, rows[k] ? rows[k] : zeros.data(), columns, y);
}

//===----------------------------------------------------------------------===//
// RoPE
//===----------------------------------------------------------------------===//

void ExactArithmetic::rope(float *x, int64_t headSize, int64_t position, const importer::RopeSettings &settings,
                           float scale) {
  int64_t half = headSize / 2;
  for (int64_t i = 0; i < half; ++i) {
    double angle = double(position) * importer::ropeFrequency(settings, i, headSize);
    float cosine = float(std::cos(angle)), sine = float(std::sin(angle));
    float a = x[i], b = x[i + half];
    float aCosine = a * cosine, bSine = b * sine, bCosine = b * cosine, aSine = a * sine;
    x[i] = (aCosine - bSine) * scale;
    x[i + half] = (bCosine + aSine) * scale;
  }
}

} // namespace weebill::reference
