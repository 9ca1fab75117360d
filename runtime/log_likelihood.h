//===- log_likelihood.h - How likely a token was -----------------*- C++ -*-===//
//
// Tested by tests/emitted/test_program_texts.py, through --perplexity and --logprobs.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/sampler.h"
#include "runtime/types.h"

#include <cmath>

/// log of the sum of all exp(logit). The terms are single precision, their sum is double: good to seven digits.
inline f64 log_of_sum(const f32 *logits) {
  const f32 largest = finite_logit(logits[greedy_token(logits, kVocabulary)]);
  f64 total = 0;
  for (i32 other = 0; other < kVocabulary; ++other)
    total += static_cast<f64>(exp_of_negative(finite_logit(logits[other]) - largest));
  return std::log(total) + static_cast<f64>(largest);
}

/// -log of the probability of `id`, in nats.
inline f64 negative_log_likelihood(const f32 *logits, i32 id) {
  return log_of_sum(logits) - static_cast<f64>(finite_logit(logits[id]));
}
