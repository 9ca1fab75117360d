//===- DoubleArithmetic.cpp - What the ops mean ---------------------------===//
//
// Tested by tests/unit/compiler/reference/InterpreterTest.cpp and, on a real model against PyTorch,
// tests/emitted/test_reference.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/reference/DoubleArithmetic.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace weebill::reference {

double DoubleArithmetic::silu(double x) { return x / (1 + std::exp(-x)); }

double DoubleArithmetic::geluTanh(double x) {
  return x / 2 * (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
}

void DoubleArithmetic::rmsNorm(const double *x, const float *gain, int64_t columns, float epsilon, double *y) {
  headNorm(x, gain, columns, epsilon, /*scale=*/1, y);
}

void DoubleArithmetic::headNorm(const double *x, const float *gain, int64_t size, float epsilon, float scale,
                                double *y) {
  double total = 0;
  for (int64_t i = 0; i < size; ++i)
    total += x[i] * x[i];
  double root = std::sqrt(total / double(size) + double(epsilon));
  for (int64_t i = 0; i < size; ++i)
    y[i] = x[i] / root * (gain ? double(gain[i]) : 1) * double(scale);
}

CodeScale<double> DoubleArithmetic::quantize(const double *x, int64_t columns, uint8_t *codes) {
  const auto [low, high] = Bounds<double>(x, columns);
  double scale = std::max((high - low) / 255, 1e-20);
  int32_t zero = int32_t(within(std::nearbyint(-low / scale), 0.0, 255.0));
  for (int64_t i = 0; i < columns; ++i)
    codes[i] = uint8_t(within(std::nearbyint(x[i] / scale) + zero, 0.0, 255.0));
  return {scale, zero};
}

CodeScale<double> DoubleArithmetic::quantizeSymmetric(const double *x, int64_t columns, uint8_t *codes) {
  double scale = std::max(greatestMagnitude(x, columns) / 127, 1e-20);
  for (int64_t i = 0; i < columns; ++i)
    codes[i] = uint8_t(within(std::nearbyint(x[i] / scale) + 128, 1.0, 255.0));
  return {scale, 128};
}

double DoubleArithmetic::quantizeGroup(const double *x, int64_t count, int8_t *codes) {
  double scale = greatestMagnitude(x, count) / 127;
  for (int64_t i = 0; i < count; ++i)
    codes[i] = int8_t(scale >= 1e-20 ? within(std::nearbyint(x[i] / scale), -127.0, 127.0) : 0);
  return scale;
}

double DoubleArithmetic::quantizeHead(const double *x, int64_t headSize, double *codes) {
  double scale = greatestMagnitude(x, headSize) / 127;
  for (int64_t d = 0; d < headSize; ++d)
    codes[d] = scale >= 1e-20 ? within(std::nearbyint(x[d] / scale), -127.0, 127.0) : 0;
  return scale;
}

void DoubleArithmetic::linear(const float *row, const double *x, int64_t columns, double *sums) {
  double sum[kTile] = {};
  for (int64_t k = 0; k < columns; ++k)
    for (int64_t token = 0; token < kTile; ++token)
      sum[token] += double(row[k]) * x[k * kTile + token];
  std::copy(sum, sum + kTile, sums);
}

double DoubleArithmetic::scaleSum(int32_t sum, int32_t rowSum, CodeScale<double> input, float weightScale) {
  return double(int64_t(sum) - int64_t(input.zero) * rowSum) * input.scale * double(weightScale);
}

void DoubleArithmetic::convolve(const double *const *rows, const float *taps, int64_t width, int64_t columns,
                                double *y) {
  std::fill(y, y + columns, 0.0);
  for (int64_t k = 0; k < width; ++k)
    for (int64_t i = 0; rows[k] && i < columns; ++i)
      y[i] += double(taps[k * columns + i]) * rows[k][i];
}

void DoubleArithmetic::rope(double *x, int64_t headSize, int64_t position, const importer::RopeSettings &settings,
                            float scale) {
  int64_t half = headSize / 2;
  for (int64_t i = 0; i < half; ++i) {
    double angle = double(position) * importer::ropeFrequency(settings, i, headSize);
    double a = x[i], b = x[i + half];
    x[i] = (a * std::cos(angle) - b * std::sin(angle)) * double(scale);
    x[i + half] = (b * std::cos(angle) + a * std::sin(angle)) * double(scale);
  }
}

/// Weights of coded values, which become codes themselves in each block of 64 positions: what these stand for.
static void codeWeights(std::vector<double> &p, Seen seen, CacheScales<double> scales) {
  constexpr int64_t kBlock = 64;
  for (int64_t j = seen.from; j < seen.to; ++j)
    p[j - seen.from] *= scales.values[j * scales.stride];
  for (int64_t first = seen.from; first < seen.to; first = (first / kBlock + 1) * kBlock) {
    double *const weights = p.data() + (first - seen.from);
    const int64_t count = std::min((first / kBlock + 1) * kBlock, seen.to) - first;
    const double scale = greatestMagnitude(weights, count) / 127;
    for (int64_t j = 0; j < count; ++j)
      weights[j] = scale >= 1e-20 ? within(std::nearbyint(weights[j] / scale), 0.0, 127.0) * scale : 0;
  }
}

void DoubleArithmetic::attend(const double *query, const double *keys, const double *values, int64_t stride, Seen seen,
                              int64_t headSize, double *y, CacheScales<double> scales) {
  std::vector<double> p(seen.to - seen.from), mixed(query, query + headSize), codes(headSize);
  double queryScale = 1;
  if (scales.keys) {
    mixHead(mixed.data(), headSize);
    queryScale = quantizeHead(mixed.data(), headSize, codes.data()) / double(mixedElements(headSize));
    query = codes.data();
  }
  for (int64_t j = seen.from; j < seen.to; ++j) {
    double &score = p[j - seen.from];
    for (int64_t d = 0; d < headSize; ++d)
      score += keys[j * stride + d] * query[d];
    if (scales.keys)
      score *= queryScale * scales.keys[j * scales.stride];
  }
  double m = *std::max_element(p.begin(), p.end()), l = 0;
  for (double &weight : p) {
    weight = std::exp(weight - m);
    l += weight;
  }
  if (scales.values)
    codeWeights(p, seen, scales);
  std::fill(y, y + headSize, 0.0);
  for (int64_t j = seen.from; j < seen.to; ++j) {
    double weight = p[j - seen.from] / l;
    for (int64_t d = 0; d < headSize; ++d)
      y[d] += weight * values[j * stride + d];
  }
}

} // namespace weebill::reference
