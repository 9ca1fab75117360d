//===- interrupt.h - Ctrl-C ends the answer ----------------------*- C++ -*-===//
//
// The first interrupt asks the model to stop, where it can be seen; a second one ends the program as if nothing had
// been said about it. Who ignores interrupts goes on ignoring them. Tested by tests/emitted/test_chat.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/model.h"
#include "runtime/platform/platform.h"

#include <atomic>

/// While this object lives, an interrupt cancels what the model does.
class Interrupt {
public:
  explicit Interrupt(Model &model) {
    model.forget_cancel(); // one that came when nothing ran any more
    running = &model;
    platform::handle_interrupt(on_interrupt);
  }
  Interrupt(const Interrupt &) = delete;
  Interrupt &operator=(const Interrupt &) = delete;
  ~Interrupt() {
    platform::forget_interrupt();
    running = nullptr;
  }

private:
  static void on_interrupt() {
    if (Model *model = running)
      model->cancel();
  }

  static inline std::atomic<Model *> running{nullptr}; // of the program, which runs one model
};
