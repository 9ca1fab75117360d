//===- ScaleSearchTest.cpp ------------------------------------------------===//
//
// Weights that lie on a grid are found, others are rounded better than the plain rule rounds them, and what matters is
// rounded best.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/ScaleSearch.h"

#include "compiler/import/gguf/Dequantize.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <stdexcept>
#include <vector>

using namespace weebill;
using namespace weebill::quantize;

namespace {

const std::vector<float> kAlike(kGroup, 1.0f);

std::vector<float> someWeights(unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, 0.1f);
  std::vector<float> weights(kGroup);
  for (float &weight : weights)
    weight = normal(random);
  return weights;
}

double errorOf(const GroupFormat &format, const std::vector<float> &weights, const Group &group,
               const std::vector<float> &importance = kAlike) {
  double error = 0;
  for (int i = 0; i < kGroup; ++i) {
    const double off = double(weights[i]) - (double(gguf::halfToFloat(group.scale)) * group.codes[i] +
                                             double(gguf::halfToFloat(group.minimum)));
    error += double(importance[i]) * off * off;
  }
  (void)format;
  return error;
}

TEST(ScaleSearchTest, AGridIsFound) {
  for (const GroupFormat &format : groupFormats()) {
    std::vector<float> weights(kGroup);
    const float minimum = format.hasMinimum ? -0.375f : 0;
    for (int i = 0; i < kGroup; ++i)
      weights[i] =
          0.0625f * float(i % 2 ? format.lowest + i / 2 % (format.highest - format.lowest + 1) : format.highest) +
          minimum;
    weights[1] = 0.0625f * float(format.lowest) + minimum;
    EXPECT_EQ(errorOf(format, weights, searchGroup(format, weights.data(), kAlike.data())), 0) << format.word;
  }
}

TEST(ScaleSearchTest, NothingIsLostOfZerosAndOfEqualWeights) {
  for (const GroupFormat &format : groupFormats()) {
    const std::vector<float> zeros(kGroup, 0.0f), equal(kGroup, 0.5f);
    EXPECT_EQ(errorOf(format, zeros, searchGroup(format, zeros.data(), kAlike.data())), 0) << format.word;
    EXPECT_LT(errorOf(format, equal, searchGroup(format, equal.data(), kAlike.data())), 1e-6) << format.word;
  }
}

TEST(ScaleSearchTest, ItIsBetterThanThePlainRule) {
  for (const auto &[word, part] : {std::pair("q4_0", 0.8), std::pair("q5_0", 0.8), std::pair("q6_0", 0.9)}) {
    const GroupFormat &format = *findGroupFormat(word);
    double found = 0, plain = 0;
    for (unsigned seed = 0; seed < 50; ++seed) {
      const std::vector<float> weights = someWeights(seed);
      found += errorOf(format, weights, searchGroup(format, weights.data(), kAlike.data()));
      const auto greater = [](float a, float b) { return std::fabs(a) < std::fabs(b); };
      const float scale = std::fabs(*std::max_element(weights.begin(), weights.end(), greater)) / float(format.highest);
      for (float weight : weights)
        plain += std::pow(double(weight) - double(scale) * nearestCode(format, scale, 0, weight), 2);
    }
    EXPECT_LT(found, part * plain) << word;
  }
}

TEST(ScaleSearchTest, WhatMattersIsRoundedBest) {
  const GroupFormat &format = *findGroupFormat("q4_1");
  for (unsigned seed = 0; seed < 20; ++seed) {
    const std::vector<float> weights = someWeights(seed);
    std::vector<float> importance(kGroup, 0.01f);
    std::fill_n(importance.begin(), 8, 10.0f);
    EXPECT_LE(errorOf(format, weights, searchGroup(format, weights.data(), importance.data()), importance),
              errorOf(format, weights, searchGroup(format, weights.data(), kAlike.data()), importance));
  }
}

TEST(ScaleSearchTest, WeightsThatNothingReadsCountAlike) {
  const std::vector<float> weights = someWeights(1), none(kGroup, 0.0f);
  for (const GroupFormat &format : groupFormats())
    EXPECT_EQ(errorOf(format, weights, searchGroup(format, weights.data(), none.data())),
              errorOf(format, weights, searchGroup(format, weights.data(), kAlike.data())));
}

TEST(ScaleSearchTest, AScaleBeyondFloat16IsRefused) {
  std::vector<float> weights(kGroup, 0.0f);
  weights[3] = 1e8f;
  weights[4] = -1e8f;
  for (const GroupFormat &format : groupFormats())
    EXPECT_THROW(searchGroup(format, weights.data(), kAlike.data()), std::invalid_argument) << format.word;
}

TEST(ScaleSearchTest, CodesEndWhereTheFormatEnds) {
  const GroupFormat &format = *findGroupFormat("q4_0");
  EXPECT_EQ(nearestCode(format, 0.5f, 0, 100), 7);
  EXPECT_EQ(nearestCode(format, 0.5f, 0, -1e30f), -8);
  EXPECT_EQ(nearestCode(format, 0.5f, 0, 1.25f), 2) << "half to even";
  EXPECT_EQ(nearestCode(format, 0, 0, 1), 0);
}

} // namespace
