//===- session.h - What a program prints of a conversation -------*- C++ -*-===//
//
// Takes prompts, writes their logits, and prints answers as the command line says. Everything is allocated here, before
// the first token. Tested by tests/emitted/test_program.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/answer_printer.h"
#include "runtime/benchmark.h"
#include "runtime/conversation.h"
#include "runtime/fail.h"
#include "runtime/interrupt.h"
#include "runtime/log_likelihood.h"
#include "runtime/npy.h"
#include "runtime/options.h"
#include "runtime/output.h"
#include "runtime/platform/platform.h"
#include "runtime/saved_state.h"
#include "runtime/tokenizer.h"
#include "runtime/types.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string_view>

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
  Session(const Options &given_options, const u8 *weights, const TokenizerTables *given_tables)
      : options(given_options), tables(given_tables), threads(thread_counts(given_options)),
        conversation(std::make_shared<Engine>(weights, threads.decode, threads.prefill), given_tables,
                     given_options.sampling),
        printer(given_tables, given_options.json, most_tokens(given_options)) {
    conversation.stop_at(given_options.stops);
    if (given_options.restore_file != nullptr)
      restore_state_file(conversation, given_options.restore_file);
  }

  Model &model() { return conversation.model; }
  i32 position() const { return conversation.model.position(); }

  /// What the prompt asks for: logits, text, or both.
  void run_prompt() {
    if (conversation.prompt.count() == 0 && conversation.is_empty())
      fail("the prompt is empty: there is no token to continue from");
    if (read_prompt(false) && (options.logits_file == nullptr || options.new_tokens >= 0))
      generate(options.new_tokens >= 0 ? options.new_tokens : 128);
    finish();
  }

  /// There is no more to say: saves what the command line wants to have saved. A single answer that was interrupted is
  /// no success.
  void finish() {
    if (options.save_file != nullptr)
      save_state_file(conversation, options.save_file);
    if (interrupted && (options.command != Command::Chat || options.prompt.has_value()))
      fail_with_code(130, "interrupted"); // as shells call what SIGINT ended
  }

  /// Takes the prompt into the cache, which may hold some tokens already. False: the user interrupted it, and the
  /// prompt is forgotten.
  bool read_prompt(bool opens_answer) {
    TokenBuffer &prompt = conversation.prompt;
    const u64 used = static_cast<u64>(position());
    if (!make_room(prompt.count())) {
      if (used == 0)
        fail("the prompt has %llu tokens, the context holds %d", static_cast<unsigned long long>(prompt.count()),
             kContext);
      fail("this turn adds %llu tokens to a conversation of %llu, the context holds %d: start again, or see "
           "--when-full",
           static_cast<unsigned long long>(prompt.count()), static_cast<unsigned long long>(used), kContext);
    }
    const Interrupt interrupt(model());
    const Stopwatch watch;
    prompt_tokens = static_cast<i32>(prompt.count());
    const End end = conversation.read_prompt(opens_answer, [&](const i32 *ids, i32 count) { return take(ids, count); });
    prompt_seconds = watch.seconds();
    prompt.clear();
    interrupted = end == End::Cancelled;
    if (interrupted && options.json) { // a turn of which there is nothing else to say
      printer.begin();
      printer.end({name_of(end), 0, 0, prompt_seconds, 0});
    }
    return !interrupted;
  }

  /// Prints up to `most` tokens that follow the prompt.
  void generate(i32 most) {
    const Interrupt interrupt(model());
    const Stopwatch watch;
    printer.begin();
    const char *reason = "length";
    i32 generated = 0;
    while (generated < most) {
      const Piece piece = conversation.next();
      if (options.logprobs && piece.id >= 0)
        print_log_probability(piece.id);
      if (piece.end == End::ContextFull && make_room(1))
        continue;
      generated += piece.id >= 0 && piece.end != End::StopToken;
      printer.print(piece);
      if (piece.end != End::None) {
        reason = name_of(piece.end);
        interrupted = piece.end == End::Cancelled;
        if (piece.end == End::ContextFull)
          note_full_context(generated, most);
        break;
      }
    }
    printer.print({-1, End::None, conversation.finish()});
    printer.end({reason, prompt_tokens, generated, prompt_seconds, watch.seconds()});
    if (options.verbose || platform::is_terminal(platform::Stream::Error))
      std::fprintf(stderr, "[%d tokens, %.1f tokens/s; prompt %d tokens, %.1f tokens/s]\n", generated,
                   generated / (watch.seconds() + 1e-9), prompt_tokens, prompt_tokens / (prompt_seconds + 1e-9));
  }

  const Options &options;
  const TokenizerTables *tables; // nullptr: the model has no tokenizer
  ThreadCounts threads;
  Conversation conversation;

private:
  static const char *name_of(End end) {
    constexpr const char *kNames[] = {"", "stop token", "stop text", "context full", "interrupted"};
    return kNames[static_cast<i32>(end)];
  }

  /// Tokens of an answer, at most.
  static i32 most_tokens(const Options &options) {
    return options.new_tokens >= 0 ? options.new_tokens : std::max(128, kContext);
  }

  bool take(const i32 *ids, i32 count) {
    if (options.logits_file != nullptr)
      return write_logits(ids, count);
    const i32 known = conversation.take_known(ids, count);
    if (!options.step)
      return model().prefill(ids + known, count - known);
    for (i32 index = known; index < count; ++index)
      if (!model().step(ids[index]))
        return false;
    return true;
  }

  bool write_logits(const i32 *ids, i32 count) {
    NpyWriter rows(options.logits_file, kVocabulary);
    if (!options.step) {
      if (!model().prefill_all(ids, count, [&](i32, const f32 *logits) { rows.add_row(logits); }))
        return false;
    } else
      for (i32 index = 0; index < count; ++index) {
        if (!model().step(ids[index]))
          return false;
        rows.add_row(model().logits());
      }
    rows.finish();
    return true;
  }

  static void note_full_context(i32 generated, i32 most) {
    std::fflush(stdout);
    std::fprintf(stderr, "%s: note: the context of %d tokens is full, stopped after %d of %d new tokens\n", kName,
                 kContext, generated, most);
  }

  /// Room for `count` tokens. Where the user wants it, the older half of what is not kept is forgotten, or more if need
  /// be.
  bool make_room(u64 count) {
    const u64 used = static_cast<u64>(position()), context = static_cast<u64>(kContext);
    if (used + count <= context)
      return true;
    const u64 kept = static_cast<u64>(conversation.kept); // of a first prompt that is not there yet, too
    const u64 missing = used + count - context, others = used > kept ? used - kept : 0;
    if (missing > others || !slides())
      return false;
    const u64 forgotten = std::max(missing, (others + 1) / 2);
    return conversation.forget(conversation.kept, static_cast<i32>(forgotten));
  }

  /// Whether older tokens may be forgotten; a person is asked, once.
  bool slides() {
    if (may_slide)
      return true;
    may_slide = options.when_full == WhenFull::Slide;
    if (!may_slide && options.command == Command::Chat && !options.prompt.has_value() &&
        platform::is_terminal(platform::Stream::Input))
      may_slide = wants_to_slide();
    return may_slide;
  }

  static bool wants_to_slide() {
    std::fflush(stdout);
    std::fprintf(stderr, "\n[the context of %d tokens is full: forget the older half and go on? y/n] ", kContext);
    std::fflush(stderr);
    bool yes = false, first = true;
    for (int byte; (byte = std::getc(stdin)) != EOF && byte != '\n'; first = false)
      yes = first ? byte == 'y' || byte == 'Y' : yes;
    return yes;
  }

  /// {"token": 5, "logprob": -0.25, "bytes": [32, 97]}: bytes, because a token may end inside a character.
  void print_log_probability(i32 id) const {
    std::fprintf(stderr, "{\"token\": %d, \"logprob\": %.7g, \"bytes\": [", id,
                 0.0 - negative_log_likelihood(conversation.model.logits(), id));
    const char *separator = "";
    for (char byte : tables != nullptr ? tables->token_text(id) : std::string_view()) {
      std::fprintf(stderr, "%s%d", separator, static_cast<u8>(byte));
      separator = ", ";
    }
    std::fputs("]}\n", stderr);
    check_notes();
  }

  AnswerPrinter printer;
  i32 prompt_tokens = 0;
  f64 prompt_seconds = 0;
  bool may_slide = false, interrupted = false;
};
