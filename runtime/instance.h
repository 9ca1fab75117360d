//===- instance.h - The model for other programs -----------------*- C++ -*-===//
//
// What stands behind the functions of NAME.h: one object is one conversation with a cache of its own. There is nothing
// global, so several live beside each other. What it has read and said, as a state, is instance_states.h. Tested by
// tests/emitted/test_c_api.py and test_c_api_state.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/conversation.h"
#include "runtime/fail.h"
#include "runtime/instance_states.h"
#include "runtime/log_likelihood.h"
#include "runtime/open_model.h"
#include "runtime/options.h"
#include "runtime/outcome.h"
#include "runtime/parse_options.h"
#include "runtime/platform/platform.h"
#include "runtime/saved_state.h"
#include "runtime/text_commands.h"
#include "runtime/tokenizer.h"
#include "runtime/types.h"
#include "runtime/weights_file.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Flags of create, as in NAME.h.
constexpr u32 kReadWeights = 1;

class Instance : public InstanceStates {
public:
  Instance(std::shared_ptr<OpenModel> open_model, i32 threads) : InstanceStates(std::move(open_model), threads) {}

  /// Goes on from the same tokens, with the same weights and threads.
  Instance(const Instance &other) : InstanceStates(other) { keep_stops(other.stops); }
  Instance &operator=(const Instance &) = delete;

  static int create(const char *path, i32 threads, u32 flags, Instance *&made, char *error, std::size_t error_bytes) {
    Outcome outcome;
    outcome.guard(kCannotStart, [&] {
      if ((flags & ~kReadWeights) != 0)
        return outcome.set(kBadArgument, "there are no flags %#x", flags & ~kReadWeights);
      if (threads < 0 || threads > kMostThreads)
        return outcome.set(kBadArgument, "threads are 1 to %d, or 0 for all that there are, not %d", kMostThreads,
                           threads);
      if (!target_supported())
        return outcome.set(kCannotStart, "this CPU lacks instructions of %s, for which the program was made", kTarget);
      const WeightsAccess access = (flags & kReadWeights) != 0 ? WeightsAccess::Read : WeightsAccess::Mapped;
      made = new Instance(std::make_shared<OpenModel>(path, access),
                          threads > 0 ? threads : std::min(platform::available_threads(), kMostThreads));
      return outcome.code;
    });
    if (error != nullptr && error_bytes > 0)
      std::snprintf(error, error_bytes, "%s", outcome.sentence);
    return outcome.code;
  }

  int branch(Instance *&made) {
    return run(kCannotStart, [&] {
      if (is_waiting())
        return outcome.code;
      made = new Instance(*this);
      return int{kOk};
    });
  }

  /// Tokens; `logits` of the last one may be nullptr.
  int take(const i32 *ids, i32 count, f32 *logits) {
    return with_prompt(ids, count, [&] {
      const int code = read_prompt(false);
      if (code == kOk && logits != nullptr)
        std::memcpy(logits, conversation.model.logits(), kRowBytes);
      return code;
    });
  }

  /// Tokens, and a row of logits for each.
  int take_all(const i32 *ids, i32 count, f32 *logits) {
    if (logits == nullptr)
      return outcome.set(kBadArgument, "there is no place for the logits of all tokens");
    return with_prompt(ids, count, [&] {
      const i32 chosen = static_cast<i32>(conversation.prompt.count()) - count; // before, and not yet taken
      return read_prompt(false, [&](const i32 *all, i32 all_count) {
        return conversation.model.prefill_all(all, all_count, [&](i32 index, const f32 *row) {
          if (index >= chosen)
            std::memcpy(logits + i64{index - chosen} * kVocabulary, row, kRowBytes);
        });
      });
    });
  }

  /// A message, in the chat template's words. It is read when the answer begins.
  int say(i32 role, std::string_view message) {
    return run(kBadArgument, [&] {
      if (!kHasChat)
        fail("this model has no chat template");
      if (role < 0 || role > static_cast<i32>(Role::Tool))
        fail("there is no role %d", role);
      const u64 most = Turns::most_bytes(static_cast<Role>(role), message.size());
      if (!turns.has_value())
        turns.emplace(opened->tokenizer(), most, 0);
      turns->make_room(most, 0);
      turns->say(static_cast<Role>(role), message, conversation);
      return kOk;
    });
  }

  /// The next piece of the answer.
  int next(Piece &piece) {
    return run(kCannotStart, [&] {
      if (turns.has_value() && turns->is_waiting()) {
        turns->ask(conversation);
        const int code = read_prompt(true);
        if (code != kOk)
          return code;
      }
      if (conversation.is_empty())
        return outcome.set(kBadArgument, "there is no token to go on from: say something first");
      piece = conversation.next();
      return piece.end >= End::ContextFull ? code_of(piece.end, 1) : int{kOk};
    });
  }

  /// What was held back of an answer that the caller ends.
  int finish(Piece &piece) {
    return run(kCannotStart, [&] {
      piece.text = conversation.finish();
      return kOk;
    });
  }

  int set_sampling(const SamplerSettings &settings) {
    return run(kBadArgument, [&] {
      check_sampling(settings);
      conversation.sampler.set(settings);
      return kOk;
    });
  }

  int set_stops(const char *const *texts, std::size_t count) {
    return run(kBadArgument, [&] {
      std::vector<std::string> wanted;
      for (std::size_t index = 0; index < count; ++index)
        if (wanted.emplace_back(texts[index]).empty())
          fail("an empty text would end every answer at once");
      keep_stops(wanted);
      return kOk;
    });
  }

  int log_probabilities(f32 *out) {
    return run(kCannotStart, [&] {
      const int code = need_logits();
      if (code != kOk)
        return code;
      const f32 *logits = conversation.model.logits();
      const f64 all = log_of_sum(logits);
      for (i32 id = 0; id < kVocabulary; ++id)
        out[id] = static_cast<f32>(static_cast<f64>(finite_logit(logits[id])) - all);
      return int{kOk};
    });
  }

  int hidden_state(f32 *out) {
    return run(kCannotStart, [&] {
      const int code = need_logits();
      if (code == kOk)
        std::memcpy(out, conversation.model.hidden_state(), sizeof(f32) * kModel);
      return code;
    });
  }

  int tokenize(std::string_view text, bool special, i32 *ids, std::size_t capacity, std::size_t &count) {
    return outcome.guard(kBadArgument, [&] {
      opened->tokenize(text, special, ids, capacity, count);
      return kOk;
    });
  }

  int detokenize(const i32 *ids, std::size_t ids_count, char *text, std::size_t capacity, std::size_t &bytes) {
    return outcome.guard(kBadArgument, [&] {
      opened->detokenize(ids, ids_count, text, capacity, bytes);
      return kOk;
    });
  }

private:
  static constexpr std::size_t kRowBytes = sizeof(f32) * static_cast<std::size_t>(kVocabulary);

  /// Puts tokens into the prompt; then(), which reads it, gives the code.
  template <class Then> int with_prompt(const i32 *ids, i32 count, Then &&then) {
    if (ids == nullptr || count < 1)
      return outcome.set(kBadArgument, "there is no token to take: ids are missing, or their count is %d", count);
    for (i32 index = 0; index < count; ++index)
      if (ids[index] < 0 || ids[index] >= kVocabulary)
        return outcome.set(kBadArgument, "there is no token %d: this model's vocabulary has %d, from 0 on", ids[index],
                           kVocabulary);
    return run(kCannotStart, [&] {
      if (is_waiting())
        return outcome.code;
      conversation.begin_prompt();
      for (i32 index = 0; index < count; ++index)
        conversation.prompt.add(ids[index]);
      return int{then()};
    });
  }

  static void check_sampling(const SamplerSettings &settings) {
    const auto check = [](const char *name, f32 value, f32 least, f32 most) {
      if (!(value >= least && value <= most))
        fail("%s is from %g to %g, not %g", name, static_cast<f64>(least), static_cast<f64>(most),
             static_cast<f64>(value));
    };
    check("temperature", settings.temperature, 0, 100);
    check("top_p", settings.top_p, 0, 1);
    check("min_p", settings.min_p, 0, 1);
    check("repeat_penalty", settings.repeat_penalty, 0.01f, 100);
    if (settings.top_k < 0)
      fail("top_k is 0 or more, not %d", settings.top_k);
  }

  void keep_stops(std::vector<std::string> texts) {
    stops = std::move(texts);
    conversation.stop_at({stops.begin(), stops.end()});
  }

  std::vector<std::string> stops;
};
