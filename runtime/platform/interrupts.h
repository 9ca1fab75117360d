//===- interrupts.h - Ctrl-C, where there is such a thing --------*- C++ -*-===//
//
// The C library has it on POSIX systems and on Windows. platform.h says what the functions do. Tested by
// tests/emitted/test_chat.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/platform/platform.h"

#if !defined(__wasi__)
#include <csignal>
#endif

#if !defined(__wasi__)

namespace platform {

/// What was to be done before, SIG_ERR: nothing is known of it.
inline void (*before_interrupt)(int) = SIG_ERR;
inline void (*on_first_interrupt)() = nullptr;

inline void handle_interrupt(void (*handle)()) {
  on_first_interrupt = handle;
  before_interrupt = std::signal(SIGINT, [](int) {
    std::signal(SIGINT, SIG_DFL); // the next one
    on_first_interrupt();
  });
  if (before_interrupt == SIG_IGN)
    std::signal(SIGINT, SIG_IGN);
}

inline void forget_interrupt() { std::signal(SIGINT, before_interrupt != SIG_ERR ? before_interrupt : SIG_DFL); }

} // namespace platform

#endif
