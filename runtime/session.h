//===- session.h - A model with a prompt and a way to go on ------*- C++ -*-===//
//
// Takes tokens into the cache, writes their logits, generates and prints what follows. Everything is allocated here,
// before the first token. Needs class Model. Tested by tests/emitted/test_program.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/benchmark.h"
#include "runtime/fail.h"
#include "runtime/log_likelihood.h"
#include "runtime/npy.h"
#include "runtime/options.h"
#include "runtime/output.h"
#include "runtime/platform/platform.h"
#include "runtime/sampler.h"
#include "runtime/stop_strings.h"
#include "runtime/text_printer.h"
#include "runtime/threads.h"
#include "runtime/tokenizer.h"
#include "runtime/types.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string_view>
#include <vector>

/// Tokens in an array that never grows; those beyond its end are only counted.
class TokenBuffer {
public:
  explicit TokenBuffer(i32 capacity) : ids(static_cast<std::size_t>(capacity)) {}

  void clear() { total = 0; }
  void add(i32 id) {
    if (total < ids.size())
      ids[total] = id;
    ++total;
  }
  /// Puts `kBeginningToken` in front of a text, if the model wants one.
  void begin_text() {
    if (kAddBeginning && kBeginningToken >= 0)
      add(kBeginningToken);
  }
  const i32 *data() const { return ids.data(); }
  u64 count() const { return total; }

private:
  std::vector<i32> ids;
  u64 total = 0;
};

inline bool is_stop_token(i32 id) {
  return std::find(kStopTokens, kStopTokens + kStopTokenCount, id) != kStopTokens + kStopTokenCount;
}

struct ThreadCounts {
  i32 decode, prefill;
};

/// All threads that there are, unless the user says otherwise.
inline ThreadCounts thread_counts(const Options &options) {
  const i32 decode = options.threads > 0 ? options.threads : std::min(platform::available_threads(), kMostThreads);
  return {decode, options.prefill_threads > 0 ? options.prefill_threads : decode};
}

class Session {
public:
  Session(const Options &options, const u8 *weights, const TokenizerTables *tables)
      : options(options), tables(tables), threads(thread_counts(options)),
        model(weights, threads.decode, threads.prefill),
        sampler({options.temperature, options.top_k, options.top_p, options.seed}, kVocabulary), prompt(kContext),
        stops(options.stops) {}

  i32 position() const { return model.position(); }

  /// What the prompt asks for: logits, text, or both.
  void run_prompt() {
    if (prompt.count() == 0)
      fail("the prompt is empty: there is no token to continue from");
    read_prompt();
    if (options.logits_file == nullptr || options.new_tokens >= 0)
      generate(options.new_tokens >= 0 ? options.new_tokens : 128);
  }

  /// Takes the prompt into the cache, which may hold some tokens already.
  void read_prompt() {
    const u64 used = static_cast<u64>(model.position());
    if (!make_room(prompt.count())) {
      if (used == 0)
        fail("the prompt has %llu tokens, the context holds %d", static_cast<unsigned long long>(prompt.count()),
             kContext);
      fail("this turn adds %llu tokens to a conversation of %llu, the context holds %d: start again",
           static_cast<unsigned long long>(prompt.count()), static_cast<unsigned long long>(used), kContext);
    }
    const Stopwatch watch;
    prompt_tokens = static_cast<i32>(prompt.count());
    if (options.logits_file != nullptr)
      write_logits();
    else if (!options.step)
      model.prefill(prompt.data(), prompt_tokens);
    else
      for (i32 index = 0; index < prompt_tokens; ++index)
        model.step(prompt.data()[index]);
    prompt_seconds = watch.seconds();
  }

  /// Prints up to `most` tokens that follow the prompt.
  void generate(i32 most) {
    const Stopwatch watch;
    TextPrinter printer(stdout, Tokenizer::kReplacesEachByte);
    bool begins = true; // no text yet
    const auto write = [&](std::string_view text) { printer.write(text); };
    unread = -1;
    i32 generated = 0;
    for (bool stopped = false; !stopped && generated < most;) {
      if (unread >= 0 && !take_token(unread)) {
        note_full_context(generated, most);
        break;
      }
      unread = sampler.pick(model.logits());
      if (options.logprobs)
        print_log_probability(unread);
      if (is_stop_token(unread)) {
        unread = -1;
        break;
      }
      if (tables == nullptr)
        print_number(printer, unread, generated == 0);
      else if (tables->is_printed(unread))
        stopped = stops.take(Tokenizer::printed_text(tables->token_text(unread), begins), write);
      check_output(); // a reader sees every token when it is there
      ++generated;
    }
    stops.finish(write);
    printer.finish();
    std::fputc('\n', stdout);
    check_output();
    if (options.verbose || platform::is_terminal(platform::Stream::Error))
      std::fprintf(stderr, "[%d tokens, %.1f tokens/s; prompt %d tokens, %.1f tokens/s]\n", generated,
                   generated / (watch.seconds() + 1e-9), prompt_tokens, prompt_tokens / (prompt_seconds + 1e-9));
  }

  /// The next prompt. A token that was printed last is in no cache yet, because nobody needed its logits: it comes
  /// first.
  void begin_prompt() {
    prompt.clear();
    if (unread >= 0)
      prompt.add(unread);
  }

  /// The first tokens of the cache, which stay when others are forgotten.
  void keep_first(u64 tokens) { kept = std::min(tokens, static_cast<u64>(kContext) / 2); }

  const Options &options;
  const TokenizerTables *tables; // nullptr: the model has no tokenizer
  ThreadCounts threads;
  Model model;
  Sampler sampler;
  TokenBuffer prompt;

private:
  void write_logits() {
    NpyWriter rows(options.logits_file, kVocabulary);
    if (!options.step)
      model.prefill_all(prompt.data(), prompt_tokens, [&](i32, const f32 *logits) { rows.add_row(logits); });
    else
      for (i32 index = 0; index < prompt_tokens; ++index) {
        model.step(prompt.data()[index]);
        rows.add_row(model.logits());
      }
    rows.finish();
  }

  static void note_full_context(i32 generated, i32 most) {
    std::fflush(stdout);
    std::fprintf(stderr, "%s: note: the context of %d tokens is full, stopped after %d of %d new tokens\n", kName,
                 kContext, generated, most);
  }

  /// One token into the cache. False: it is full.
  bool take_token(i32 id) {
    if (!make_room(1))
      return false;
    model.step(id);
    return true;
  }

  /// Room for `count` tokens. Where the user wants it, the older half of what is not kept is forgotten, or more if need
  /// be, and the cache is computed again from the rest: what tokens looked like depends on all before them.
  bool make_room(u64 count) {
    const u64 used = static_cast<u64>(model.position()), context = static_cast<u64>(kContext);
    if (used + count <= context)
      return true;
    const u64 missing = used + count - context, others = used - std::min(used, kept);
    if (options.when_full == WhenFull::Stop || missing > others)
      return false;
    model.forget(static_cast<i32>(used - others), static_cast<i32>(std::max(missing, (others + 1) / 2)));
    return true;
  }

  /// {"token": 5, "logprob": -0.25, "bytes": [32, 97]}: bytes, because a token may end inside a character.
  void print_log_probability(i32 id) const {
    std::fprintf(stderr, "{\"token\": %d, \"logprob\": %.7g, \"bytes\": [", id,
                 0.0 - negative_log_likelihood(model.logits(), id));
    const char *separator = "";
    for (char byte : tables != nullptr ? tables->token_text(id) : std::string_view()) {
      std::fprintf(stderr, "%s%d", separator, static_cast<u8>(byte));
      separator = ", ";
    }
    std::fputs("]}\n", stderr);
    check_notes();
  }

  /// A model without a tokenizer speaks in numbers.
  static void print_number(TextPrinter &printer, i32 id, bool first) {
    char number[16];
    const int length = std::snprintf(number, sizeof number, first ? "%d" : ",%d", id);
    printer.print({number, static_cast<std::size_t>(length)});
  }

  StopStrings stops;
  u64 kept = 0; // of the cache
  i32 unread = -1;
  i32 prompt_tokens = 0;
  f64 prompt_seconds = 0;
};
