//===- perplexity.h - How well the model predicts a text ---------*- C++ -*-===//
//
// The text is cut into windows of the whole context, one after the other; in each, every token but the first is
// predicted from those before it, but for what stands before every text. Tested by tests/emitted/test_program_texts.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/fail.h"
#include "runtime/log_likelihood.h"
#include "runtime/session.h"
#include "runtime/tokenizer.h"
#include "runtime/types.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string_view>

inline void print_perplexity(Session &session, std::string_view text) {
  constexpr i32 kFirst = std::max(kBeforeTextCount, 1); // what stands before every text is not predicted
  Tokenizer tokenizer(*session.tables, Tokenizer::room_for(*session.tables, text));
  TokenBuffer window(kContext);
  f64 loss = 0;
  i64 predicted = 0;
  const auto predict_window = [&] {
    const i32 count = static_cast<i32>(window.count());
    session.model().reset();
    if (count > kFirst) {
      session.model().prefill_all(window.data(), count, [&](i32 index, const f32 *logits) {
        if (index + 1 >= kFirst && index + 1 < count)
          loss += negative_log_likelihood(logits, window.data()[index + 1]);
      });
      predicted += count - kFirst;
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
