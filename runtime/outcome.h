//===- outcome.h - What a function of the interface leaves with --*- C++ -*-===//
//
// Errors become a code and a sentence; no exception leaves. Tested by tests/emitted/test_c_api.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/fail.h"

#include <cstdarg>
#include <cstdio>
#include <new>

/// As the macros of NAME.h.
enum InstanceCode : int { kOk, kBadArgument, kCannotStart, kContextFull, kCancelled, kOutOfMemory };

/// The code that a function returns and, unless that is kOk, why.
struct Outcome {
  int code = kOk;
  char sentence[sizeof(Failure::sentence)] = "";

  [[gnu::format(printf, 3, 4)]] int set(int new_code, const char *format, ...) {
    std::va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    return code = new_code;
  }

  /// Calls `work`, which returns a code. `code_of_failure` is what an error in it means.
  template <class Work> int guard(int code_of_failure, Work &&work) noexcept {
    try {
      return work();
    } catch (const Failure &failure) {
      return set(code_of_failure, "%s", failure.sentence);
    } catch (const std::bad_alloc &) {
      return set(kOutOfMemory, "out of memory");
    }
  }
};
