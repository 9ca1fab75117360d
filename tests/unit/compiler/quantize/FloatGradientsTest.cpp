//===- FloatGradientsTest.cpp ---------------------------------------------===//
//
// Each gradient is what small changes of the input make of a loss.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/FloatGradients.h"

#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <random>

using namespace weebill;
using namespace weebill::quantize;

namespace {

constexpr int64_t kLength = 7, kTokens = 2 * kLength;

Matrix randomMatrix(int64_t rows, int64_t columns, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  return Matrix::NullaryExpr(rows, columns, [&] { return normal(random); });
}

/// `found` is the gradient of `loss` at `x`: of both sides of every tenth element, a hundredth away, which float32
/// gives to a thousandth or so.
void expectGradient(const Matrix &x, const Matrix &found, const std::function<double(const Matrix &)> &loss) {
  ASSERT_EQ(found.rows(), x.rows());
  ASSERT_EQ(found.cols(), x.cols());
  constexpr float step = 0.01f;
  for (int64_t i = 0; i < x.size(); i += 10) {
    Matrix above = x, below = x;
    above.data()[i] += step;
    below.data()[i] -= step;
    const double slope = (loss(above) - loss(below)) / (double(above.data()[i]) - double(below.data()[i]));
    ASSERT_NEAR(found.data()[i], slope, 3e-3 * (1 + std::fabs(slope))) << i;
  }
}

/// A loss of a matrix: its product with fixed numbers, in double precision.
double weighed(const Matrix &y, const Matrix &by) { return y.cast<double>().cwiseProduct(by.cast<double>()).sum(); }

TEST(FloatGradientsTest, NormsOfHeads) {
  const Matrix x = randomMatrix(kTokens, 24, 1), by = randomMatrix(kTokens, 24, 2), gains = randomMatrix(1, 8, 3);
  for (bool hasGain : {true, false}) {
    const std::vector<float> gain = hasGain ? std::vector<float>(gains.data(), gains.data() + 8) : std::vector<float>();
    Matrix gradient = by;
    normHeadsBack(x, gradient, 3, gain, 1e-3f, 0.5f);
    expectGradient(x, gradient, [&](Matrix y) {
      normHeads(y, 3, gain, 1e-3f, 0.5f);
      return weighed(y, by);
    });
  }
}

TEST(FloatGradientsTest, TurningBackIsTheGradientOfTurning) {
  const Matrix x = randomMatrix(kTokens, 24, 4), by = randomMatrix(kTokens, 24, 5);
  const importer::RopeSettings settings{10000, {}};
  Matrix gradient = by;
  turnHeads(gradient, 3, kLength, settings, 0.25f, Turn::Back);
  expectGradient(x, gradient, [&](Matrix y) {
    turnHeads(y, 3, kLength, settings, 0.25f);
    return weighed(y, by);
  });
}

TEST(FloatGradientsTest, Activations) {
  const Matrix x = randomMatrix(kTokens, 24, 6), by = randomMatrix(kTokens, 24, 7);
  for (const auto &[forth, back] : {std::pair(&silu, &siluBack), std::pair(&geluTanh, &geluTanhBack)}) {
    Matrix gradient = by;
    back(x, gradient);
    expectGradient(x, gradient, [&, forth = forth](Matrix y) {
      forth(y);
      return weighed(y, by);
    });
  }
}

TEST(FloatGradientsTest, AttentionWithSharedHeadsAndAWindow) {
  const Matrix q = randomMatrix(kTokens, 32, 8), k = randomMatrix(kTokens, 16, 9), v = randomMatrix(kTokens, 16, 10),
               by = randomMatrix(kTokens, 32, 11);
  for (int64_t window : {0, 3}) {
    const Heads heads = {4, 2, window};
    const AttentionGradients gradients = attendBack(q, k, v, by, heads, kLength);
    expectGradient(q, gradients.queries, [&](const Matrix &x) { return weighed(attend(x, k, v, heads, kLength), by); });
    expectGradient(k, gradients.keys, [&](const Matrix &x) { return weighed(attend(q, x, v, heads, kLength), by); });
    expectGradient(v, gradients.values, [&](const Matrix &x) { return weighed(attend(q, k, x, heads, kLength), by); });
  }
}

TEST(FloatGradientsTest, TheLossIsThatOfTheTokensThatCame) {
  const Matrix x = randomMatrix(3, 20, 12);
  const int32_t next[] = {4, -1, 19};
  Matrix gradient = x;
  lossBack(gradient, next);
  EXPECT_TRUE(gradient.row(1).isZero());
  expectGradient(x, gradient, [&](const Matrix &logits) {
    double loss = 0;
    for (int row : {0, 2})
      loss += std::log(logits.row(row).cast<double>().array().exp().sum()) - double(logits(row, next[row]));
    return loss;
  });
}

} // namespace
