//===- FitRopeScaling.cpp - Llama 3's numbers behind divisors -------------===//

#include "compiler/import/gguf/FitRopeScaling.h"

#include "compiler/import/RopeFrequency.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace weebill::gguf {

namespace {

/// Divisors are made in float32, from a difference of numbers near each other: some roundings, times what the factor
/// makes of them.
double noiseOf(double factor) {
  constexpr double kMost = 1e-4;
  return std::min(64 * double(std::numeric_limits<float>::epsilon()) * (8 + factor), kMost);
}

class Fit {
public:
  Fit(const std::vector<float> &divisors, double theta)
      : divisors(divisors), theta(theta), headSize(2 * int64_t(divisors.size())),
        factor(double(*std::max_element(divisors.begin(), divisors.end()))) {}

  RopeFit find() const {
    if (std::all_of(divisors.begin(), divisors.end(), [&](float one) { return double(one) == factor; }))
      return judged({.factor = factor});         // what is called linear scaling
    RopeFit best = judged({factor, 1, 4, 8192}); // Llama 3.1 and 3.2
    const auto consider = [&](const importer::RopeScaling &scaling) {
      if (best.error <= noiseOf(factor) || !(scaling.lowFrequencyFactor > 0) ||
          !(scaling.lowFrequencyFactor < scaling.highFrequencyFactor))
        return;
      if (const RopeFit fit = judged(scaling); fit.error < best.error)
        best = fit;
    };
    constexpr int64_t kLeastContext = 16, kMostContext = 1 << 20;
    for (double low : {1.0, 0.5, 2.0})
      for (double high : {4.0, 2.0, 8.0, 16.0, 32.0})
        for (int64_t context = kLeastContext; low < high && context <= kMostContext; context *= 2)
          consider({factor, low, high, context});
    for (const auto &[slow, fast] : lines()) {
      consider(rounded(slow, fast));
      consider(asFound(slow, fast));
    }
    return best;
  }

private:
  RopeFit judged(const importer::RopeScaling &scaling) const {
    RopeFit fit{scaling};
    for (int64_t pair = 0; pair < int64_t(divisors.size()); ++pair) {
      const double expected = ropeDivisor(scaling, theta, pair, headSize);
      if (const double error = std::abs(double(divisors[size_t(pair)]) - expected) / expected; !(error <= fit.error)) {
        fit.error = error;
        fit.worst = pair;
      }
    }
    return fit;
  }

  double frequency(size_t pair) const { return importer::ropeFrequency({theta, {}}, int64_t(pair), headSize); }

  /// How far a pair is on the way from the slow ones, which are divided by the factor, to those that are not divided.
  double share(size_t pair) const { return (1 / double(divisors[pair]) - 1 / factor) / (1 - 1 / factor); }

  /// Frequencies where the line begins and ends: one of them, if the divisors come from any line.
  std::vector<std::pair<double, double>> lines() const {
    std::vector<size_t> between;
    for (size_t pair = 0; pair < divisors.size(); ++pair)
      if (divisors[pair] > 1 && double(divisors[pair]) < factor)
        between.push_back(pair);
    if (between.size() > 1)
      return through(between.front(), between.back());
    if (between.size() == 1)
      return besideOne(between.front());
    // Any line between the last pair that is not divided and the first that is.
    const auto first = std::find_if(divisors.begin(), divisors.end(), [](float one) { return one > 1; });
    if (first == divisors.begin())
      return {};
    const size_t pair = size_t(first - divisors.begin());
    const double slow = frequency(pair), step = (frequency(pair - 1) - slow) / 4;
    return {{slow + step, slow + 3 * step}};
  }

  std::vector<std::pair<double, double>> through(size_t fast, size_t slow) const {
    const double rise = (share(fast) - share(slow)) / (frequency(fast) - frequency(slow));
    const double begin = frequency(slow) - share(slow) / rise;
    return {{begin, begin + 1 / rise}};
  }

  /// As steep as the pairs on both sides ask for.
  std::vector<std::pair<double, double>> besideOne(size_t pair) const {
    double rise = 0;
    if (pair + 1 < divisors.size())
      rise = share(pair) / (frequency(pair) - frequency(pair + 1));
    if (pair > 0)
      rise = std::max(rise, (1 - share(pair)) / (frequency(pair - 1) - frequency(pair)));
    const double begin = frequency(pair) - share(pair) / (rise * 1.01), end = begin + 1 / (rise * 1.01);
    return {{begin, end}};
  }

  /// With bounds that are multiples of a quarter, as people choose them, and the context that follows from them.
  importer::RopeScaling rounded(double slow, double fast) const {
    const double high = std::round(4 * fast / slow) / 4;
    return {factor, 1, high, contextOf(slow)};
  }

  importer::RopeScaling asFound(double slow, double fast) const {
    const int64_t context = contextOf(slow);
    const double turns = double(context) / (2 * std::numbers::pi);
    return {factor, slow * turns, fast * turns, context};
  }

  static int64_t contextOf(double slow) {
    constexpr double kMost = 1e9;
    const double context = 2 * std::numbers::pi / slow;
    return context >= 1 && context < kMost ? int64_t(std::llround(context)) : 1;
  }

  const std::vector<float> &divisors;
  const double theta;
  const int64_t headSize;
  const double factor;
};

} // namespace

double ropeDivisor(const importer::RopeScaling &scaling, double theta, int64_t pair, int64_t headSize) {
  return importer::ropeFrequency({theta, {}}, pair, headSize) /
         importer::ropeFrequency({theta, scaling}, pair, headSize);
}

RopeFit fitRopeScaling(const std::vector<float> &divisors, double theta) { return Fit(divisors, theta).find(); }

} // namespace weebill::gguf
