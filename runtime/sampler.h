//===- sampler.h - From logits to the next token -----------------*- C++ -*-===//
//
// The same logits, settings and seed give the same token on every machine: own random numbers, own exp, every sum in a
// fixed order, and ties decided by the smaller id. A logit that is not a number never wins. Workspace is allocated
// once. Needs kStopTokens. Tested by tests/unit/runtime/SamplerTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <memory>

/// xoshiro256** 1.0 (Blackman and Vigna, public domain), seeded by splitmix64.
class RandomNumbers {
public:
  explicit RandomNumbers(u64 seed) {
    for (u64 &word : state) {
      seed += 0x9e3779b97f4a7c15;
      u64 mixed = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9;
      mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
      word = mixed ^ (mixed >> 31);
    }
  }

  u64 next() {
    const u64 result = std::rotl(state[1] * 5, 7) * 9;
    const u64 shifted = state[1] << 17;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = std::rotl(state[3], 45);
    return result;
  }

  /// In [0, 1), a multiple of 2^-53.
  f64 uniform() { return static_cast<f64>(next() >> 11) * 0x1p-53; }

private:
  u64 state[4];
};

/// a * b + c. The product is exact in double, so a fused instruction gives the same bits: unlike in float, no compiler
/// can change the result.
inline f32 multiply_add(f32 a, f32 b, f32 c) {
  return static_cast<f32>(static_cast<f64>(a) * static_cast<f64>(b) + static_cast<f64>(c));
}

/// exp(x) for x <= 0: the polynomial of the kernels (Cephes' expf). Below -87 it is 0.
inline f32 exp_of_negative(f32 x) {
  if (!(x >= -87.0f))
    return 0;
  constexpr f32 kRound = 12582912.0f; // 1.5 * 2^23: numbers beside it are integers, so adding it rounds, half to even
  const f32 n = (static_cast<f32>(static_cast<f64>(x) * static_cast<f64>(1.44269504f)) + kRound) - kRound;
  const f32 r = multiply_add(n, 2.12194440e-4f, multiply_add(n, -0.693359375f, x));
  f32 p = 1.9875691500e-4f;
  for (f32 coefficient : {1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f})
    p = multiply_add(p, r, coefficient);
  p = multiply_add(p * r, r, r) + 1.0f;
  return p * std::bit_cast<f32>((static_cast<i32>(n) + 127) << 23);
}

/// A logit as the sampler sees it: infinities become the largest finite numbers, what is not a number the smallest.
inline f32 finite_logit(f32 logit) {
  constexpr f32 kLargest = std::numeric_limits<f32>::max();
  return logit >= -kLargest ? std::min(logit, kLargest) : -kLargest;
}

/// The first index of the largest logit.
inline i32 greedy_token(const f32 *logits, i32 vocabulary) {
  i32 best = 0;
  f32 largest = finite_logit(logits[0]);
  for (i32 id = 1; id < vocabulary; ++id)
    if (const f32 logit = finite_logit(logits[id]); logit > largest) {
      best = id;
      largest = logit;
    }
  return best;
}

/// Whether a text ends with this token.
inline bool is_stop_token(i32 id) {
  return std::find(kStopTokens, kStopTokens + kStopTokenCount, id) != kStopTokens + kStopTokenCount;
}

struct SamplerSettings {
  f32 temperature = 0;    // 0: greedy
  i32 top_k = 0;          // keep the k likeliest tokens; 0: all
  f32 top_p = 1;          // of those keep the likeliest whose probabilities reach p
  f32 min_p = 0;          // of those keep the ones that have this part of the likeliest one's probability
  f32 repeat_penalty = 1; // logits of tokens that were there before are divided by it, or multiplied if negative
  u64 seed = 0;
};

class Sampler {
public:
  Sampler(SamplerSettings given_settings, i32 given_vocabulary)
      : settings(given_settings), vocabulary(given_vocabulary), random(given_settings.seed),
        memory(std::make_unique<Choice[]>(static_cast<std::size_t>(given_vocabulary))) {}

  /// Other settings, from their seed on.
  void set(SamplerSettings others) {
    settings = others;
    random = RandomNumbers(settings.seed);
  }
  const SamplerSettings &get() const { return settings; }

  /// The next token, after the `count` tokens of `before`.
  i32 pick(const f32 *logits, const i32 *before = nullptr, i32 count = 0) {
    const bool penalizes = settings.repeat_penalty != 1 && count > 0;
    if (settings.temperature <= 0 && !penalizes)
      return greedy_token(logits, vocabulary);

    for (i32 id = 0; id < vocabulary; ++id)
      choices[id] = {finite_logit(logits[id]), id};
    if (penalizes)
      penalize(logits, before, count);
    if (settings.temperature <= 0)
      return std::min_element(choices, choices + vocabulary, likelier)->id;
    i32 kept = vocabulary;
    if (settings.top_k > 0 && settings.top_k < vocabulary) {
      kept = settings.top_k;
      std::partial_sort(choices, choices + kept, choices + vocabulary, likelier);
    }
    f32 largest = choices[0].weight;
    for (i32 index = 1; index < kept; ++index)
      largest = std::max(largest, choices[index].weight);
    for (i32 index = 0; index < kept; ++index)
      choices[index].weight = exp_of_negative((choices[index].weight - largest) / settings.temperature);
    if (settings.top_p < 1)
      kept = keep_likeliest(kept, static_cast<f64>(settings.top_p) * weight_of(kept));
    if (settings.min_p > 0) // the largest weight is 1
      kept = static_cast<i32>(std::remove_if(choices, choices + kept,
                                             [&](const Choice &choice) { return choice.weight < settings.min_p; }) -
                              choices);
    return draw(kept);
  }

private:
  struct Choice {
    f32 weight; // at first the logit, then its exp relative to the largest
    i32 id;
  };

  /// Total: equal weights are ordered by id, so there is one sorted order and no way of sorting can change the result.
  static bool likelier(const Choice &a, const Choice &b) {
    return a.weight != b.weight ? a.weight > b.weight : a.id < b.id;
  }
  static bool less_likely(const Choice &a, const Choice &b) { return likelier(b, a); }

  /// Once for each token, however often it was there. Tokens that end a text are left alone, or it would never end.
  void penalize(const f32 *logits, const i32 *before, i32 count) {
    for (i32 index = 0; index < count; ++index) {
      const i32 id = before[index];
      if (is_stop_token(id))
        continue;
      const f32 logit = finite_logit(logits[id]);
      choices[id].weight = logit > 0 ? logit / settings.repeat_penalty : finite_logit(logit * settings.repeat_penalty);
    }
  }

  f64 weight_of(i32 count) const {
    f64 total = 0;
    for (i32 index = 0; index < count; ++index)
      total += static_cast<f64>(choices[index].weight);
    return total;
  }

  /// Puts the likeliest of the first `count` choices in front, in order, as many as it takes to reach `weight`, at
  /// least one. A heap, because few of many are wanted.
  i32 keep_likeliest(i32 count, f64 weight) {
    Choice *const first = choices;
    std::make_heap(first, first + count, less_likely);
    i32 kept = 0;
    f64 reached = 0;
    do {
      std::pop_heap(first, first + count - kept, less_likely); // the likeliest moves to the end of what is left
      ++kept;
      reached += static_cast<f64>(first[count - kept].weight);
    } while (kept < count && reached < weight);
    std::reverse(first, first + count);
    return kept;
  }

  i32 draw(i32 count) {
    const f64 target = random.uniform() * weight_of(count);
    f64 reached = 0;
    i32 last = 0; // that has any weight: rounding may leave the target beyond the sum
    for (i32 index = 0; index < count; ++index) {
      reached += static_cast<f64>(choices[index].weight);
      if (choices[index].weight > 0)
        last = index;
      if (reached > target)
        break;
    }
    return choices[last].id;
  }

  SamplerSettings settings;
  i32 vocabulary;
  RandomNumbers random;
  std::unique_ptr<Choice[]> memory;
  Choice *const choices = memory.get();
};
