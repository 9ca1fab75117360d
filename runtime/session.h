//===- session.h - A model with a prompt and a way to go on ------*- C++ -*-===//
//
// Takes tokens into the cache, writes their logits, generates and prints what follows. Everything is allocated here,
// before the first token. Needs class Model. Tested by tests/emitted/test_program.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/benchmark.h"
#include "runtime/fail.h"
#include "runtime/npy.h"
#include "runtime/options.h"
#include "runtime/sampler.h"
#include "runtime/text_printer.h"
#include "runtime/threads.h"
#include "runtime/tokenizer.h"
#include "runtime/types.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string_view>
#include <unistd.h>
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

inline void check_output() {
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
    fail("cannot write to stdout: %s", std::strerror(errno));
}

struct ThreadCounts {
  i32 decode, prefill;
};

/// All threads that there are, unless the user says otherwise.
inline ThreadCounts thread_counts(const Options &options) {
  const i32 decode = options.threads > 0 ? options.threads : std::min(available_threads(), kMostThreads);
  return {decode, options.prefill_threads > 0 ? options.prefill_threads : decode};
}

class Session {
public:
  Session(const Options &options, const u8 *weights, const TokenizerTables *tables)
      : options(options), tables(tables), threads(thread_counts(options)),
        model(weights, threads.decode, threads.prefill),
        sampler({options.temperature, options.top_k, options.top_p, options.seed}, kVocabulary), prompt(kContext) {}

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
    if (used + prompt.count() > static_cast<u64>(kContext)) {
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
    TextPrinter printer(stdout);
    unread = -1;
    i32 generated = 0;
    while (generated < most) {
      if (unread >= 0) {
        if (model.position() == kContext) {
          note_full_context(generated, most);
          break;
        }
        model.step(unread);
      }
      unread = sampler.pick(model.logits());
      if (is_stop_token(unread)) {
        unread = -1;
        break;
      }
      print_token(printer, unread, generated == 0);
      ++generated;
    }
    printer.finish();
    std::fputc('\n', stdout);
    check_output();
    if (options.verbose || isatty(STDERR_FILENO) != 0)
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

  /// As text; as a number if there is no tokenizer.
  void print_token(TextPrinter &printer, i32 id, bool first) const {
    if (tables != nullptr) {
      if (tables->is_printed(id))
        printer.print(tables->token_text(id));
      return;
    }
    char number[16];
    const int length = std::snprintf(number, sizeof number, first ? "%d" : ",%d", id);
    printer.print({number, static_cast<std::size_t>(length)});
  }

  i32 unread = -1;
  i32 prompt_tokens = 0;
  f64 prompt_seconds = 0;
};
