//===- fail.h - Errors: one clear sentence, then out -------------*- C++ -*-===//
//
// Exit codes: 0 fine, 1 bad input, 2 bad usage. Needs kName. Tested by tests/unit/runtime/OptionsTest.cpp and
// WeightsFileTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <cstdarg>
#include <cstdio>
#include <cstdlib>

/// Prints "NAME: error: sentence" and ends the program. What was already printed to stdout still arrives.
[[noreturn]] inline void fail_with(int exit_code, const char *format, std::va_list arguments) {
  std::fflush(stdout);
  std::fprintf(stderr, "%s: error: ", kName);
  std::vfprintf(stderr, format, arguments);
  std::fputc('\n', stderr);
  std::exit(exit_code);
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
