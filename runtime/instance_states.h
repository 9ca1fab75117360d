//===- instance_states.h - States of an instance -----------------*- C++ -*-===//
//
// What an instance has read and said: gone back in, forgotten in part, saved and restored. Tested by
// tests/emitted/test_c_api_state.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/conversation.h"
#include "runtime/fail.h"
#include "runtime/guarded_conversation.h"
#include "runtime/outcome.h"
#include "runtime/saved_state.h"
#include "runtime/types.h"

class InstanceStates : public GuardedConversation {
public:
  using GuardedConversation::GuardedConversation;

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

  int save(const char *path) {
    return run(kBadArgument, [&] {
      if (is_waiting() || !has_cache())
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
      if (is_waiting() || !has_cache())
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

private:
  bool has_cache() {
    if (conversation.model.need_cache())
      return true;
    outcome.set(kCancelled, "cancelled");
    return false;
  }
};
