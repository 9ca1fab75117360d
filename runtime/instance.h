//===- instance.h - The model for other programs -----------------*- C++ -*-===//
//
// What stands behind the functions of NAME.h: one object is one conversation with a cache of its own. There is nothing
// global, so several live beside each other. Tested by tests/emitted/test_c_api.py and test_c_api_state.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/conversation.h"
#include "runtime/fail.h"
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

class Instance {
public:
  Instance(std::shared_ptr<OpenModel> open_model, i32 threads)
      : opened(std::move(open_model)), conversation(std::make_shared<Engine>(opened->weights(), threads, threads),
                                                    opened->tables_or_null(), kModelSampling) {}

  /// Goes on from the same tokens, with the same weights and threads.
  Instance(const Instance &other)
      : opened(other.opened), conversation(other.conversation.model.shared_engine(), opened->tables_or_null(),
                                           other.conversation.sampler.get()) {
    conversation.copy(other.conversation);
    keep_stops(other.stops);
  }
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

  /// Tokens; `logits` may be nullptr.
  int take(const i32 *ids, i32 count, f32 *logits) {
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
      const int code = read_prompt(false);
      if (code == kOk && logits != nullptr)
        std::memcpy(logits, conversation.model.logits(), sizeof(f32) * kVocabulary);
      return code;
    });
  }

  int go_back(i32 position) {
    return run(kCannotStart, [&] {
      if (position < 0 || position > this->position())
        return outcome.set(kBadArgument, "there is no way back to %d: the instance has %d tokens", position,
                           this->position());
      conversation.go_back(position);
      forget_waiting();
      return int{kOk};
    });
  }

  int forget(i32 first, i32 count) {
    return run(kCannotStart, [&] {
      if (first < 0 || count < 0 || first > position() || count > position() - first)
        return outcome.set(kBadArgument, "%d tokens from %d on cannot be forgotten: the instance has %d", count, first,
                           position());
      return conversation.forget(first, count) ? int{kOk} : outcome.set(kCancelled, "cancelled");
    });
  }

  void reset() {
    const Turn turn(*conversation.model.shared_engine());
    conversation.reset();
    forget_waiting();
  }

  i32 position() const { return conversation.model.position(); }
  void cancel() { conversation.model.cancel(); }
  const char *error() const { return outcome.sentence; }

  /// A message, in the chat template's words. It is read when the answer begins.
  int say(i32 role, std::string_view message) {
    return run(kBadArgument, [&] {
      if (!kHasChat)
        fail("this model has no chat template");
      if (role < 0 || role > static_cast<i32>(Role::Assistant))
        fail("there is no role %d", role);
      if (!turns.has_value())
        turns.emplace(opened->tokenizer(), message.size(), 0);
      turns->make_room(message.size(), 0);
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

  int save(const char *path) {
    return run(kBadArgument, [&] {
      if (is_waiting())
        return outcome.code;
      save_state_file(conversation, path);
      return int{kOk};
    });
  }

  int restore(const char *path) {
    return run(kBadArgument, [&] {
      restore_state_file(conversation, path);
      forget_waiting();
      return kOk;
    });
  }

  u64 state_bytes() const { return saved_state_bytes(conversation.model, position()); }

  int save_to(void *memory, u64 bytes) {
    return run(kBadArgument, [&] {
      if (is_waiting())
        return outcome.code;
      if (bytes < state_bytes())
        fail("%llu bytes are too few for a state of %llu", static_cast<unsigned long long>(bytes),
             static_cast<unsigned long long>(state_bytes()));
      save_state(conversation, static_cast<u8 *>(memory));
      return int{kOk};
    });
  }

  int restore_from(const void *memory, u64 bytes) {
    return run(kBadArgument, [&] {
      restore_state(conversation, "the saved state", static_cast<const u8 *>(memory), bytes);
      forget_waiting();
      return kOk;
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
  /// What every function does: it waits for its turn, and what is thrown becomes a code.
  template <class Work> int run(int code_of_failure, Work &&work) {
    return outcome.guard(code_of_failure, [&] {
      const Turn turn(*conversation.model.shared_engine());
      return static_cast<int>(work());
    });
  }

  /// What the last token has computed is there.
  int need_logits() {
    if (position() == 0)
      return outcome.set(kBadArgument, "there is no token to go on from");
    return conversation.model.need_logits() ? int{kOk} : outcome.set(kCancelled, "cancelled");
  }

  /// The prompt into the cache; or it is forgotten.
  int read_prompt(bool opens_answer) {
    const u64 count = conversation.prompt.count();
    const End end = conversation.read_prompt(opens_answer);
    conversation.prompt.clear();
    return end == End::None ? int{kOk} : code_of(end, count);
  }

  int code_of(End end, u64 count) {
    if (end == End::Cancelled)
      return outcome.set(kCancelled, "cancelled");
    return outcome.set(kContextFull, "%llu tokens after %d do not fit: the context holds %d",
                       static_cast<unsigned long long>(count), position(), kContext);
  }

  /// Something was said that no answer has begun for: most functions refuse that.
  bool is_waiting() {
    const bool waits = turns.has_value() && turns->is_waiting();
    if (waits)
      outcome.set(kBadArgument, "something was said that waits for its answer");
    return waits;
  }

  void forget_waiting() {
    conversation.prompt.clear();
    if (turns.has_value())
      turns->forget();
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

  std::shared_ptr<OpenModel> opened;
  Conversation conversation;
  std::optional<Turns> turns; // from the first message on
  std::vector<std::string> stops;
  Outcome outcome; // of the last call that went wrong
};
