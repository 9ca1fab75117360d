//===- fail.h - Errors: one clear sentence -----------------------*- C++ -*-===//
//
// An error is thrown where it is found. The program prints it and ends (program.h), the C interface returns it
// (instance.h). Exit codes: 0 fine, 1 bad input, 2 bad usage, 130 interrupted. Tested by
// tests/unit/runtime/OptionsTest.cpp and WeightsFileTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <cstdarg>
#include <cstdio>

/// What cannot go on, and why.
struct Failure {
  int exit_code;
  char sentence[1024]; // cut if it is longer
};

[[noreturn]] inline void fail_with(int exit_code, const char *format, std::va_list arguments) {
  Failure failure{exit_code, {}};
  std::vsnprintf(failure.sentence, sizeof failure.sentence, format, arguments);
  throw failure;
}

/// A code that says more than that something is wrong.
[[noreturn, gnu::format(printf, 2, 3)]] inline void fail_with_code(int exit_code, const char *format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  fail_with(exit_code, format, arguments);
}

/// Bad input: a file, a prompt, a machine that cannot be used.
[[noreturn, gnu::format(printf, 1, 2)]] inline void fail(const char *format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  fail_with(1, format, arguments);
}

/// Bad usage: the command line makes no sense.
[[noreturn, gnu::format(printf, 1, 2)]] inline void fail_usage(const char *format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  fail_with(2, format, arguments);
}
