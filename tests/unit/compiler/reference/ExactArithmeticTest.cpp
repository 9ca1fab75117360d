//===- ExactArithmeticTest.cpp - numerics.md against double precision ---===//
//
// The arithmetic of docs/numerics.md against double precision. Every bound is derived from the number of roundings: u =
// 2^-24 is half the distance of floats at 1, and a chain of n roundings is off by at most n u (1 + n u), for
// which 1.001 n u stands here.
//
//===----------------------------------------------------------------------===//

#include "compiler/reference/ExactArithmetic.h"

#include "RandomSource.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

using namespace weebill::importer;
using namespace weebill::reference;
using namespace weebill::tests;

namespace {

constexpr double u = 0x1p-24;
double roundings(double count) { return 1.001 * count * u; }

//===----------------------------------------------------------------------===//
// exp, SwiGLU
//===----------------------------------------------------------------------===//

/// Distance of floats at |x|.
double unitInLastPlace(double x) { return std::ldexp(1.0, std::max(std::ilogb(x), -126) - 23); }

TEST(ExactExponential, IsWithinTwoUnitsInTheLastPlace) {
  // Every 61st float of [2^-20, 88] and its negative; smaller ones give 1 +- 2^-20, whose neighbourhood the range has
  // too.
  double worst = 0;
  for (float x = 0x1p-20f; x <= 88; x = std::bit_cast<float>(std::bit_cast<uint32_t>(x) + 61))
    for (float signedX : {x, -x}) {
      if (signedX < -87)
        continue;
      double exact = std::exp(double(signedX));
      worst = std::max(worst, std::fabs(ExactArithmetic::exponential(signedX) - exact) / unitInLastPlace(exact));
    }
  EXPECT_LE(worst, 2);
  EXPECT_GT(worst, 0.5) << "no float function is better than half a unit everywhere: the loop measured nothing";
}

TEST(ExactExponential, IsOneAtZeroAndStaysFiniteOutside) {
  EXPECT_EQ(ExactArithmetic::exponential(0), 1);
  EXPECT_EQ(ExactArithmetic::exponential(-1000), ExactArithmetic::exponential(-87));
  EXPECT_EQ(ExactArithmetic::exponential(1000), ExactArithmetic::exponential(88));
  EXPECT_TRUE(std::isfinite(ExactArithmetic::exponential(88)));
}

TEST(ExactSilu, MatchesDouble) {
  // exp is within 2 ulp = 4 u relative, then one sum and one quotient.
  for (float x = -80; x <= 80; x += 0.37f) {
    double exact = x / (1 + std::exp(-double(x)));
    EXPECT_NEAR(ExactArithmetic::silu(x), exact, roundings(6) * std::fabs(exact)) << "x " << x;
  }
  EXPECT_EQ(ExactArithmetic::silu(0), 0);
}

TEST(ExactArithmetic, GeluMatchesDouble) {
  // u = x p has a square, an fma and a product: 1.5 ulp of a number below 87 in the exponent, then as silu. The
  // constants are rounded: half an ulp more each.
  for (float x = -6; x <= 12; x += 0.037f) {
    const double u = std::sqrt(2 / M_PI) * (x + 0.044715 * double(x) * x * x), exact = 0.5 * x * (1 + std::tanh(u));
    const double bound = (roundings(6) + std::fabs(2 * u) * roundings(5)) * std::fabs(exact);
    EXPECT_NEAR(ExactArithmetic::geluTanh(x), exact, bound + 1e-16 * std::fabs(x)) << "x " << x;
  }
  EXPECT_EQ(ExactArithmetic::geluTanh(0), 0);
  EXPECT_EQ(ExactArithmetic::geluTanh(1e30f), 1e30f); // the square is infinite
  EXPECT_LT(std::fabs(ExactArithmetic::geluTanh(-1e19f)), 1e-18f);
}

//===----------------------------------------------------------------------===//
// Norm and quantization
//===----------------------------------------------------------------------===//

class ExactRow : public testing::TestWithParam<int> {};

TEST_P(ExactRow, NormMatchesDouble) {
  const int columns = GetParam();
  std::vector<float> x = normalNumbers(columns, 1), gain = normalNumbers(columns, 2), y(columns);
  ExactArithmetic::rmsNorm(x.data(), gain.data(), columns, 1e-5f, y.data());

  double total = 0;
  for (float value : x)
    total += double(value) * value;
  const double root = std::sqrt(total / columns + double(1e-5f));
  // The sum has positive terms: a product, columns / 64 additions in a chain, 20 to combine; then mean, 1 / N, epsilon.
  // The root halves what came before; root, quotient and two products follow.
  const double bound = roundings((1 + std::ceil(columns / 64.0) + 20 + 3) / 2 + 4);
  for (int i = 0; i < columns; ++i)
    EXPECT_NEAR(y[i], x[i] / root * gain[i], bound * std::fabs(x[i] / root * gain[i])) << "column " << i;
}

TEST_P(ExactRow, HeadNormIsARowsWithAFactor) {
  const int columns = GetParam();
  const std::vector<float> x = normalNumbers(columns, 1), gain = normalNumbers(columns, 2), ones(columns, 1.0f);
  std::vector<float> y(columns), row(columns), plain(columns), plainRow(columns);
  ExactArithmetic::headNorm(x.data(), gain.data(), columns, 1e-5f, 0.3f, y.data());
  ExactArithmetic::rmsNorm(x.data(), gain.data(), columns, 1e-5f, row.data());
  ExactArithmetic::headNorm(x.data(), nullptr, columns, 1e-5f, 0.3f, plain.data());
  ExactArithmetic::rmsNorm(x.data(), ones.data(), columns, 1e-5f, plainRow.data());
  for (int i = 0; i < columns; ++i) {
    EXPECT_EQ(y[i], row[i] * 0.3f) << "column " << i;
    EXPECT_EQ(plain[i], plainRow[i] * 0.3f) << "column " << i;
  }
}

TEST_P(ExactRow, CodesStandForTheRow) {
  const int columns = GetParam();
  std::vector<float> x = normalNumbers(columns, 3);
  std::vector<uint8_t> codes(columns);
  const CodeScale<float> scale = ExactArithmetic::quantize(x.data(), columns, codes.data());
  // Half a code of rounding; x / scale is at most 255 and has gone through five roundings (difference, 1 / 255,
  // product, inverse, product).
  const double bound = scale.scale * (0.5 + 255 * roundings(5));
  for (int i = 0; i < columns; ++i)
    EXPECT_NEAR((codes[i] - scale.zero) * double(scale.scale), x[i], bound) << "column " << i;
}

TEST_P(ExactRow, SymmetricCodesStandForTheRow) {
  const int columns = GetParam();
  std::vector<float> x = normalNumbers(columns, 3), head(columns);
  std::vector<uint8_t> codes(columns);
  const CodeScale<float> scale = ExactArithmetic::quantizeSymmetric(x.data(), columns, codes.data());
  const float headScale = ExactArithmetic::quantizeHead(x.data(), columns, head.data());
  EXPECT_EQ(scale.zero, 128);
  EXPECT_EQ(headScale, scale.scale); // the row has no reason for the least scale
  // Half a code of rounding; x / scale is at most 127 and has gone through three roundings (127th, inverse, product).
  const double bound = headScale * (0.5 + 127 * roundings(3));
  for (int i = 0; i < columns; ++i) {
    EXPECT_NEAR((codes[i] - 128) * double(headScale), x[i], bound) << "column " << i;
    EXPECT_EQ(head[i], codes[i] - 128) << "column " << i;
  }
}

TEST(ExactQuantize, SymmetricUsesBothEnds) {
  const float x[] = {-3, 0, 3, 1.5f}, zeros[] = {0, 0, -0.0f}, tiny[] = {1e-30f, -1e-30f, 0};
  uint8_t codes[4];
  float head[4];
  ExactArithmetic::quantizeSymmetric(x, 4, codes);
  EXPECT_EQ(std::vector<int>(codes, codes + 4), (std::vector<int>{1, 128, 255, 192})); // 63.5 becomes 64
  EXPECT_EQ(ExactArithmetic::quantizeSymmetric(zeros, 3, codes).scale, 1e-20f);
  EXPECT_EQ(std::vector<int>(codes, codes + 3), (std::vector<int>{128, 128, 128}));
  EXPECT_EQ(ExactArithmetic::quantizeHead(zeros, 3, head), 0);
  EXPECT_EQ(std::vector<float>(head, head + 3), (std::vector<float>{0, 0, 0}));
  EXPECT_EQ(ExactArithmetic::quantizeHead(tiny, 3, head), 1e-30f / 127); // too small for a factor
  EXPECT_EQ(std::vector<float>(head, head + 3), (std::vector<float>{0, 0, 0}));
}

INSTANTIATE_TEST_SUITE_P(Columns, ExactRow, testing::Values(1, 15, 16, 17, 64, 65, 576, 1536));

TEST(ExactQuantize, ZeroIsACodeOfItsOwn) {
  for (const std::vector<float> &x : {std::vector<float>{0, 0, 0}, {3, 0, 5}, {-3, 0, -5}, {-1, 0, 2}}) {
    uint8_t codes[3];
    const CodeScale<float> scale = ExactArithmetic::quantize(x.data(), 3, codes);
    EXPECT_EQ(codes[1], scale.zero);
    EXPECT_GE(scale.zero, 0);
    EXPECT_LE(scale.zero, 255);
    EXPECT_GT(scale.scale, 0);
  }
}

TEST(ExactQuantize, UsesTheWholeRange) {
  const float x[] = {-1, 0.25, 3};
  uint8_t codes[3];
  const CodeScale<float> scale = ExactArithmetic::quantize(x, 3, codes);
  EXPECT_EQ(codes[0], 0);
  EXPECT_EQ(codes[2], 255);
  EXPECT_EQ(scale.zero, 64); // 255 / 4 = 63.75
}

//===----------------------------------------------------------------------===//
// Linear
//===----------------------------------------------------------------------===//

TEST(ExactLinear, MatchesDoubleAndTokensDoNotMix) {
  constexpr int64_t columns = 577, tile = ExactArithmetic::kTile;
  const std::vector<float> row = normalNumbers(columns, 4), x = normalNumbers(columns * tile, 5);
  float sums[tile];
  ExactArithmetic::linear(row.data(), x.data(), columns, sums);
  for (int64_t token = 0; token < tile; ++token) {
    double sum = 0, magnitude = 0;
    float inOrder = 0;
    for (int64_t k = 0; k < columns; ++k) {
      const float value = x[k * tile + token];
      sum += double(row[k]) * value;
      magnitude += std::fabs(double(row[k]) * value);
      inOrder = std::fma(row[k], value, inOrder);
    }
    EXPECT_EQ(sums[token], inOrder) << "with and without the instruction: the same bits";
    EXPECT_NEAR(sums[token], sum, roundings(columns) * magnitude) << "one rounding for each fma";
  }
}

TEST(ExactLinear, ScalesAnExactSum) {
  const CodeScale<float> input{0.01f, 131};
  const int32_t sum = 1234567, rowSum = -321;
  const double exact = (double(sum) - 131.0 * rowSum) * double(0.01f) * double(0.003f);
  EXPECT_NEAR(ExactArithmetic::scaleSum(sum, rowSum, input, 0.003f), exact, roundings(3) * std::fabs(exact));
}

//===----------------------------------------------------------------------===//
// RoPE
//===----------------------------------------------------------------------===//

TEST(ExactRope, MatchesDouble) {
  constexpr int headSize = 64, half = headSize / 2;
  for (int position : {0, 1, 63, 2047}) {
    const std::vector<float> x = normalNumbers(headSize, 6);
    std::vector<float> y = x;
    ExactArithmetic::rope(y.data(), headSize, position, {1e5, {}}, 0.125f);
    for (int i = 0; i < half; ++i) {
      const double angle = position * std::pow(1e5, -2.0 * i / headSize);
      const double a = x[i], b = x[i + half], cosine = std::cos(angle), sine = std::sin(angle);
      // Table, product, sum; the scale is a power of two.
      const double firstMagnitude = std::fabs(a * cosine) + std::fabs(b * sine);
      const double secondMagnitude = std::fabs(b * cosine) + std::fabs(a * sine);
      EXPECT_NEAR(y[i], (a * cosine - b * sine) * 0.125, roundings(3) * firstMagnitude * 0.125);
      EXPECT_NEAR(y[i + half], (b * cosine + a * sine) * 0.125, roundings(3) * secondMagnitude * 0.125);
    }
  }
}

/// Llama 3.2's numbers, in long double and in other words: how often a pair turns in the original context decides.
TEST(RopeFrequency, SlowTurnsAreSlowerWhenScaled) {
  const RopeSettings plain{500000, {}}, scaled{500000, {32, 1, 4, 8192}};
  int between = 0;
  for (int pair = 0; pair < 32; ++pair) {
    const long double frequency = powl(500000, -pair / 32.0L), turns = 8192 * frequency / (2 * acosl(-1));
    const long double share = std::clamp((turns - 1) / 3, 0.0L, 1.0L);
    between += share > 0 && share < 1;
    // In double: power, wavelength (2), quotient, difference, quotient, 1 - share, two products, quotient, sum; each
    // rounds by half of 2^-52, and a share is at most 1.
    EXPECT_NEAR(ropeFrequency(scaled, pair, 64), double((1 - share) * frequency / 32 + share * frequency),
                double(frequency) * 12 * 0x1p-52);
    EXPECT_EQ(ropeFrequency(plain, pair, 64), std::pow(500000.0, double(-2 * pair) / 64.0));
  }
  EXPECT_EQ(between, 3);
}

//===----------------------------------------------------------------------===//
// Attention
//===----------------------------------------------------------------------===//

class ExactAttentionAt : public testing::TestWithParam<int> {};

TEST_P(ExactAttentionAt, MatchesDouble) {
  const int positions = GetParam(), headSize = 32, stride = 3 * headSize;
  const std::vector<float> query = normalNumbers(headSize, 7), keys = normalNumbers(positions * stride, 8),
                           values = normalNumbers(positions * stride, 9);
  std::vector<float> y(headSize);
  ExactArithmetic::attend(query.data(), keys.data(), values.data(), stride, {0, positions}, headSize, y.data());

  std::vector<double> scores(positions), exact(headSize), magnitude(headSize);
  double largestScoreMagnitude = 0, highest = -INFINITY, lowest = INFINITY, sum = 0;
  for (int j = 0; j < positions; ++j) {
    double scoreMagnitude = 0;
    for (int d = 0; d < headSize; ++d) {
      scores[j] += double(query[d]) * keys[j * stride + d];
      scoreMagnitude += std::fabs(double(query[d]) * keys[j * stride + d]);
    }
    largestScoreMagnitude = std::max(largestScoreMagnitude, scoreMagnitude);
    highest = std::max(highest, scores[j]);
    lowest = std::min(lowest, scores[j]);
  }
  for (double &score : scores)
    sum += score = std::exp(score - highest);
  for (int j = 0; j < positions; ++j)
    for (int d = 0; d < headSize; ++d) {
      exact[d] += scores[j] / sum * values[j * stride + d];
      magnitude[d] += scores[j] / sum * std::fabs(values[j * stride + d]);
    }

  // A weight's relative error: that of its score and of the highest one, one fma a step; their difference; exp's 2 ulp.
  // It counts twice, above and below the fraction. Then: 4 + 16 + blocks sums below, 64 fma + blocks sums above,
  // quotient and product.
  const double weight =
      roundings(2 * headSize) * largestScoreMagnitude + roundings(1) * (highest - lowest) + roundings(4);
  const double blocks = std::ceil(positions / 64.0);
  const double bound = 2 * weight + roundings(20 + blocks + 64 + blocks + 2);
  for (int d = 0; d < headSize; ++d)
    EXPECT_NEAR(y[d], exact[d], bound * magnitude[d]) << "d " << d;
}

TEST(ExactAttention, LargeScoresDoNotOverflow) {
  const float query[] = {1}, keys[] = {1000, 999}, values[] = {1, 0};
  float y;
  ExactArithmetic::attend(query, keys, values, /*stride=*/1, /*seen=*/{0, 2}, /*headSize=*/1, &y);
  // exp(-1) is within 2 ulp; a sum, a quotient and a product follow.
  EXPECT_NEAR(y, 1 / (1 + std::exp(-1.0)), roundings(4 + 3));
}

INSTANTIATE_TEST_SUITE_P(Positions, ExactAttentionAt, testing::Values(1, 15, 16, 17, 63, 64, 65, 128, 200));

} // namespace
