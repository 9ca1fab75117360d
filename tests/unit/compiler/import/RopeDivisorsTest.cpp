//===- RopeDivisorsTest.cpp - Numbers behind divisors of RoPE -------------===//
//
// Divisors made in float32 as llama.cpp's converter makes them, from numbers that people choose and from odd ones: what
// is found must divide every frequency as they do, and where there is no doubt it must be these numbers.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/gguf/FitRopeScaling.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace weebill::gguf {
namespace {

/// In float32 throughout, where Weebill computes in double.
std::vector<float> divisorsOf(const importer::RopeScaling &scaling, float theta, int64_t headSize) {
  const float context = float(scaling.originalContext), factor = float(scaling.factor);
  const float low = float(scaling.lowFrequencyFactor), high = float(scaling.highFrequencyFactor);
  std::vector<float> divisors;
  for (int64_t pair = 0; pair < headSize / 2; ++pair) {
    const float frequency = 1.0f / std::pow(theta, float(2 * pair) / float(headSize));
    const float wavelength = 2.0f * std::numbers::pi_v<float> / frequency;
    const float smooth = (context / wavelength - low) / (high - low);
    divisors.push_back(wavelength < context / high  ? 1
                       : wavelength > context / low ? factor
                                                    : 1 / ((1 - smooth) / factor + smooth));
  }
  return divisors;
}

TEST(RopeDivisorsTest, FindsTheNumbersThatPeopleChoose) {
  for (const importer::RopeScaling &scaling :
       {importer::RopeScaling{32, 1, 4, 8192}, importer::RopeScaling{8, 1, 4, 8192},
        importer::RopeScaling{8, 1, 4, 4096}, importer::RopeScaling{4, 1, 4, 2048},
        importer::RopeScaling{16, 1, 32, 8192}, importer::RopeScaling{8, 1, 4, 3000},
        importer::RopeScaling{2.5, 1, 8, 131072}}) {
    const RopeFit fit = fitRopeScaling(divisorsOf(scaling, 500000, 128), 500000);
    EXPECT_LT(fit.error, 1e-4) << scaling.originalContext;
    EXPECT_EQ(fit.scaling, scaling) << scaling.originalContext << " " << fit.scaling.lowFrequencyFactor << " "
                                    << fit.scaling.highFrequencyFactor << " " << fit.scaling.originalContext;
  }
}

TEST(RopeDivisorsTest, DividesAsTheFileDoesWhateverTheNumbersWere) {
  int64_t tried = 0;
  for (float theta : {10000.0f, 500000.0f})
    for (int64_t headSize : {4, 8, 32, 64, 128})
      for (double factor : {1.5, 8.0, 40.0})
        for (double low : {0.3, 1.0, 3.7})
          for (double high : {1.1 * low, 4 * low, 30.0})
            for (int64_t context : {20, 777, 8192, 50000}) {
              const std::vector<float> divisors = divisorsOf({factor, low, high, context}, theta, headSize);
              bool any = false;
              for (float one : divisors)
                any |= one > 1;
              if (!any)
                continue;
              EXPECT_LT(fitRopeScaling(divisors, theta).error, 2e-4)
                  << theta << " " << headSize << " " << factor << " " << low << " " << high << " " << context;
              ++tried;
            }
  EXPECT_GT(tried, 900);
}

TEST(RopeDivisorsTest, AllDividedAlikeIsLinear) {
  const RopeFit fit = fitRopeScaling({4, 4, 4}, 10000);
  EXPECT_EQ(fit.scaling, (importer::RopeScaling{4, 1, 4, 0}));
  EXPECT_EQ(fit.error, 0);
}

TEST(RopeDivisorsTest, OthersAreFarFromAll) {
  EXPECT_GT(fitRopeScaling({8, 1}, 10000).error, 0.5);
  EXPECT_GT(fitRopeScaling({1, 3, 3, 8}, 10000).error, 0.01);
  EXPECT_GT(fitRopeScaling({1, 2, 5, 4, 8, 8}, 10000).error, 0.01);
  EXPECT_GT(fitRopeScaling({2, 1, 8}, 10000).error, 0.1);
}

} // namespace
} // namespace weebill::gguf
