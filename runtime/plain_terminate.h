//===- plain_terminate.h - Last words without a demangler --------*- C++ -*-===//
//
// Should a program end by std::terminate, LLVM's C++ library would print the type of what was thrown as C++ spells it.
// What it needs for that is 130 kB, a quarter of a static program, for words that no program of ours ever says: all
// that is thrown is caught. So it is told that the name cannot be had, and prints the linker's. Tested by
// tests/emitted/test_devices.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <cstddef>

#if defined(_LIBCPP_VERSION) && !defined(__APPLE__) && !defined(WEEBILL_NO_MAIN)

extern "C" char *__cxa_demangle(const char *, char *, std::size_t *, int *status);
extern "C" char *__cxa_demangle(const char *, char *, std::size_t *, int *status) {
  constexpr int kNoSuchName = -2;
  if (status != nullptr)
    *status = kNoSuchName;
  return nullptr;
}

#endif
