//===- perplexity.h - How well the model predicts a text ---------*- C++ -*-===//
//
// The text is cut into windows of the whole context, one after the other; in each, every token but the first is
// predicted from those before it. Tested by tests/emitted/test_program.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/fail.h"
#include "runtime/sampler.h"
#include "runtime/session.h"
#include "runtime/tokenizer.h"
#include "runtime/types.h"

#include <cmath>
#include <cstdio>
#include <string_view>

/// -log of the probability of `id`, in nats. The terms are single precision, their sum is double: good to seven digits.
inline f64 surprise(const f32 *logits, i32 id) {
  const f32 largest = finite_logit(logits[greedy_token(logits, kVocabulary)]);
  f64 total = 0;
  for (i32 other = 0; other < kVocabulary; ++other)
    total += static_cast<f64>(exp_of_negative(finite_logit(logits[other]) - largest));
  return std::log(total) - (static_cast<f64>(finite_logit(logits[id])) - static_cast<f64>(largest));
}

inline void print_perplexity(Session &session, std::string_view text) {
  Tokenizer tokenizer(*session.tables, longest_piece(*session.tables, text));
  TokenBuffer window(kContext);
  f64 loss = 0;
  i64 predicted = 0;
  const auto predict_window = [&] {
    const i32 count = static_cast<i32>(window.count());
    session.model.reset();
    if (count > 1) {
      session.model.prefill_all(window.data(), count, [&](i32 index, const f32 *logits) {
        if (index + 1 < count)
          loss += surprise(logits, window.data()[index + 1]);
      });
      predicted += count - 1;
    }
    window.clear();
  };
  window.begin_text();
  tokenizer.encode(text, [&](i32 id) {
    window.add(id);
    if (window.count() < static_cast<u64>(kContext))
      return;
    predict_window();
    window.begin_text();
  });
  predict_window();
  if (predicted == 0)
    fail("the text '%s' has fewer than two tokens: there is nothing to predict", session.options.text_file);
  std::printf("perplexity %.4f over %lld tokens, in windows of %d\n", std::exp(loss / static_cast<f64>(predicted)),
              static_cast<long long>(predicted), kContext);
}
