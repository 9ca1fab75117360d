//===- guarded_conversation.h - Errors of an instance as codes ---*- C++ -*-===//
//
// A conversation of which nothing is thrown: each call waits for its turn, and what goes wrong in it becomes a code and
// a sentence. Tested by tests/emitted/test_c_api.py and test_c_api_state.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/conversation.h"
#include "runtime/open_model.h"
#include "runtime/outcome.h"
#include "runtime/text_commands.h"
#include "runtime/types.h"

#include <memory>
#include <optional>
#include <utility>

class GuardedConversation {
public:
  GuardedConversation(std::shared_ptr<OpenModel> open_model, i32 threads)
      : opened(std::move(open_model)), conversation(std::make_shared<Engine>(opened->weights(), threads, threads),
                                                    opened->tables_or_null(), kModelSampling) {}

  /// Goes on from the same tokens, with the same weights and threads.
  GuardedConversation(const GuardedConversation &other)
      : opened(other.opened), conversation(other.conversation.model.shared_engine(), opened->tables_or_null(),
                                           other.conversation.sampler.get()) {
    conversation.copy(other.conversation);
  }
  GuardedConversation &operator=(const GuardedConversation &) = delete;

  i32 position() const { return conversation.model.position(); }
  void cancel() { conversation.model.cancel(); }
  const char *error() const { return outcome.sentence; }

protected:
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

  /// The prompt into the cache, by conversation.read_prompt(opens_answer, how...); or it is forgotten.
  template <class... How> int read_prompt(bool opens_answer, How &&...how) {
    const u64 count = conversation.prompt.count();
    const End end = conversation.read_prompt(opens_answer, how...);
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

  std::shared_ptr<OpenModel> opened;
  Conversation conversation;
  std::optional<Turns> turns; // from the first message on
  Outcome outcome;            // of the last call that went wrong
};
