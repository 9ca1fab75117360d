//===- SamplerTest.cpp - Which token is chosen, and how often -------------------===//

#include "tests/unit/runtime/CountAllocations.h"
#include "tests/unit/runtime/FakeConstants.h"

#include "runtime/sampler.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <set>
#include <vector>

namespace {

constexpr f32 kNan = std::numeric_limits<f32>::quiet_NaN();
constexpr f32 kInfinity = std::numeric_limits<f32>::infinity();

std::vector<i32> picks(SamplerSettings settings, const std::vector<f32> &logits, i32 count) {
  Sampler sampler(settings, static_cast<i32>(logits.size()));
  std::vector<i32> ids;
  for (i32 pick = 0; pick < count; ++pick)
    ids.push_back(sampler.pick(logits.data()));
  return ids;
}

std::set<i32> pickedSet(SamplerSettings settings, const std::vector<f32> &logits) {
  const std::vector<i32> ids = picks(settings, logits, 2000);
  return {ids.begin(), ids.end()};
}

/// Some thousand logits that look like a model's; integers in the generator, so that they are the same everywhere.
std::vector<f32> wideLogits() {
  RandomNumbers random(7);
  std::vector<f32> logits(5000);
  for (f32 &logit : logits)
    logit = static_cast<f32>(static_cast<i32>(random.next() % 4096) - 2048) / 256;
  logits[1234] = 9; // one that is above all others
  return logits;
}

TEST(GreedyTest, TakesTheFirstLargest) {
  EXPECT_EQ(picks({}, {1, 3, 2, 3}, 1)[0], 1);
  EXPECT_EQ(picks({}, {-5}, 1)[0], 0);
}

TEST(GreedyTest, WhatIsNotANumberNeverWins) {
  EXPECT_EQ(picks({}, {kNan, -3, kNan, -2}, 1)[0], 3);
  EXPECT_EQ(picks({}, {kNan, kNan}, 1)[0], 0);
  EXPECT_EQ(picks({}, {1, kInfinity, kInfinity}, 1)[0], 1);
  EXPECT_EQ(picks({}, {-kInfinity, -1e30f}, 1)[0], 1);
}

TEST(SamplerTest, MinPKeepsAPartOfTheLikeliest) {
  const std::vector<f32> logits = {0, std::log(2.0f), std::log(4.0f), std::log(8.0f)};
  EXPECT_EQ(pickedSet({.temperature = 1, .min_p = 0.26f}, logits), (std::set<i32>{2, 3}));
  EXPECT_EQ(pickedSet({.temperature = 1, .min_p = 0.24f}, logits), (std::set<i32>{1, 2, 3}));
  EXPECT_EQ(pickedSet({.temperature = 1, .min_p = 1}, logits), (std::set<i32>{3}));
  EXPECT_EQ(pickedSet({.temperature = 1, .top_p = 0.99f, .min_p = 0.26f}, logits), (std::set<i32>{2, 3}));
  EXPECT_EQ(pickedSet({.temperature = 2, .min_p = 0.26f}, logits), (std::set<i32>{0, 1, 2, 3})); // after temperature
}

TEST(SamplerTest, WhatWasThereBeforeIsLessLikely) {
  const auto pick = [](const std::vector<f32> &logits, const std::vector<i32> &before, f32 penalty) {
    Sampler sampler({.repeat_penalty = penalty}, static_cast<i32>(logits.size()));
    return sampler.pick(logits.data(), before.data(), static_cast<i32>(before.size()));
  };
  EXPECT_EQ(pick({1, 3, 2}, {1}, 1), 1);
  EXPECT_EQ(pick({1, 3, 2}, {1, 1, 1}, 1.4f), 1); // once for each token: 3 / 1.4 > 2
  EXPECT_EQ(pick({1, 3, 2}, {1}, 2), 2);
  EXPECT_EQ(pick({-3, -1, -2}, {1}, 2), 1); // -2 twice: the smaller id
  EXPECT_EQ(pick({-3, -1, -2}, {1}, 3), 2);
  EXPECT_EQ(pick({1, 3, 2}, {}, 9), 1);
  std::vector<f32> logits(300, 0);
  logits[257] = 3; // the end of a text
  EXPECT_EQ(pick(logits, {257}, 9), 257);
  EXPECT_EQ(pick({kNan, -1e38f}, {0, 1}, 100), 0); // the smallest number, however small it would become
}

TEST(SamplerTest, WhatIsNotANumberIsNeverDrawn) {
  const SamplerSettings settings{.temperature = 5, .seed = 3};
  EXPECT_EQ(pickedSet(settings, {kNan, 1, 2, -kInfinity, kNan}), (std::set<i32>{1, 2}));
  EXPECT_EQ(pickedSet(settings, {1, kInfinity, 2}), (std::set<i32>{1}));
}

// The published C code of splitmix64 and xoshiro256**, written out.
TEST(RandomNumbersTest, IsXoshiro) {
  u64 x = 42, s[4];
  for (u64 &word : s) {
    u64 z = (x += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    word = z ^ (z >> 31);
  }
  EXPECT_EQ(s[0], 0xbdd732262feb6e95u); // splitmix64's first output for 42
  RandomNumbers random(42);
  const auto rotl = [](u64 value, int k) { return value << k | value >> (64 - k); };
  for (int i = 0; i < 1000; ++i) {
    const u64 result = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0], s[3] ^= s[1], s[1] ^= s[2], s[0] ^= s[3], s[2] ^= t, s[3] = rotl(s[3], 45);
    ASSERT_EQ(random.next(), result);
  }
}

// Two units in the last place: docs/numerics.md promises that for the polynomial. Every 97th float of [-87, 0].
TEST(ExpTest, IsWithinTwoUlp) {
  const u32 last = std::bit_cast<u32>(-87.0f);
  for (u32 bits = std::bit_cast<u32>(-0.0f); bits <= last; bits += 97) {
    const f32 x = std::bit_cast<f32>(bits);
    const f64 exact = std::exp(static_cast<f64>(x));
    const f64 ulp = std::ldexp(1.0, std::ilogb(exact) - 23);
    ASSERT_LE(std::abs(static_cast<f64>(exp_of_negative(x)) - exact), 2 * ulp) << "exp(" << x << ")";
  }
  EXPECT_EQ(exp_of_negative(0), 1);
  EXPECT_EQ(exp_of_negative(-88), 0);
  EXPECT_EQ(exp_of_negative(-kInfinity), 0);
}

// Pearson's statistic X of n draws has a chi-square distribution with k = 7 degrees of freedom, for which (Laurent and
// Massart, 2000) P(X >= k + 2 sqrt(k t) + 2 t) <= exp(-t). With t = 14 a correct sampler exceeds the bound for one seed
// in a million.
TEST(SamplerTest, DrawsWithTheProbabilitiesOfTheLogits) {
  const std::vector<f32> logits = {0.5f, -1, 2, 0, 1.25f, -0.5f, 1, -2};
  constexpr i32 kDraws = 200'000;
  for (f32 temperature : {0.5f, 1.0f, 2.0f}) {
    std::vector<f64> expected, seen(logits.size(), 0);
    f64 total = 0;
    for (f32 logit : logits)
      total += expected.emplace_back(std::exp(static_cast<f64>(logit) / static_cast<f64>(temperature)));
    for (i32 id : picks({.temperature = temperature, .seed = 1}, logits, kDraws))
      ++seen[static_cast<std::size_t>(id)];
    f64 statistic = 0;
    for (std::size_t id = 0; id < logits.size(); ++id) {
      const f64 count = kDraws * expected[id] / total;
      statistic += (seen[id] - count) * (seen[id] - count) / count;
    }
    const f64 k = static_cast<f64>(logits.size() - 1), t = 14;
    EXPECT_LT(statistic, k + 2 * std::sqrt(k * t) + 2 * t) << "temperature " << temperature;
  }
}

TEST(SamplerTest, TopKKeepsTheLikeliest) {
  const std::vector<f32> logits = {1, 3, 2, 3, 2, 0};
  EXPECT_EQ(pickedSet({.temperature = 9, .top_k = 1}, logits), (std::set<i32>{1}));
  EXPECT_EQ(pickedSet({.temperature = 9, .top_k = 3}, logits), (std::set<i32>{1, 2, 3})); // of equals the smaller id
  EXPECT_EQ(pickedSet({.temperature = 9, .top_k = 100}, logits).size(), 6u);
}

TEST(SamplerTest, TopPKeepsAsFewAsReachP) {
  // Probabilities 1/2, 1/4, 1/8, 1/8, in another order.
  const f32 half = std::log(2.0f);
  const std::vector<f32> logits = {0, 2 * half, 0, half};
  EXPECT_EQ(pickedSet({.temperature = 1, .top_p = 0}, logits), (std::set<i32>{1}));
  EXPECT_EQ(pickedSet({.temperature = 1, .top_p = 0.4f}, logits), (std::set<i32>{1}));
  EXPECT_EQ(pickedSet({.temperature = 1, .top_p = 0.6f}, logits), (std::set<i32>{1, 3}));
  EXPECT_EQ(pickedSet({.temperature = 1, .top_p = 0.8f}, logits), (std::set<i32>{0, 1, 3}));
  EXPECT_EQ(pickedSet({.temperature = 1, .top_p = 0.99f}, logits).size(), 4u);
  // Top-p counts from what top-k has left: 1/2 of 3/4 is two thirds.
  EXPECT_EQ(pickedSet({.temperature = 1, .top_k = 2, .top_p = 0.6f}, logits), (std::set<i32>{1}));
}

TEST(SamplerTest, AFlatterDistributionStillKeepsTheOrder) {
  const std::vector<f32> logits = wideLogits();
  const i32 best = greedy_token(logits.data(), static_cast<i32>(logits.size()));
  EXPECT_EQ(pickedSet({.temperature = 1e-3f}, logits), (std::set<i32>{best}));
  EXPECT_LE(pickedSet({.temperature = 1, .top_k = 40}, logits).size(), 40u);
}

// The numbers that every compiler and machine must draw; recorded once.
TEST(SamplerTest, TheSameSeedGivesTheSameTokensEverywhere) {
  const std::vector<f32> logits = wideLogits();
  const auto digest = [&](SamplerSettings settings) {
    u64 hash = 0;
    for (i32 id : picks(settings, logits, 500))
      hash = (hash ^ static_cast<u64>(id)) * 0x9e3779b97f4a7c15;
    return hash;
  };
  EXPECT_EQ(digest({.temperature = 0.8f, .seed = 5}), 0xdf3576c9823384bfu);
  EXPECT_EQ(digest({.temperature = 0.8f, .top_k = 50, .seed = 5}), 0xc99f8eb1b461e817u);
  EXPECT_EQ(digest({.temperature = 1.3f, .top_p = 0.9f, .seed = 6}), 0x9a667eb3f9b72737u);
  EXPECT_EQ(digest({.temperature = 1.3f, .top_k = 200, .top_p = 0.7f, .seed = 7}), 0x94376f1cfb92b83bu);
}

TEST(SamplerTest, AllocatesNothing) {
  const std::vector<f32> logits = wideLogits();
  Sampler sampler({.temperature = 1, .top_k = 50, .top_p = 0.9f}, static_cast<i32>(logits.size()));
  const unsigned long before = allocationCount;
  EXPECT_GT(before, 0u); // it counts
  for (int pick = 0; pick < 100; ++pick)
    sampler.pick(logits.data());
  EXPECT_EQ(allocationCount, before);
}

} // namespace
