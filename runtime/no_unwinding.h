//===- no_unwinding.h - Errors where nothing can be thrown -------*- C++ -*-===//
//
// C++ libraries for WASI come without what unwinds the stack: programs compile, but the two functions that a `throw`
// calls are missing. Here they are, and end the program as its `catch` would have: with the sentence and the exit code.
// Objects are not unwound, so that a file that was being written may stay under its temporary name. Hosts give back all
// else. Compilers that do have exceptions for WASI say so by a macro. Tested by tests/emitted/test_devices.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/fail.h"

#include <cstdio>
#include <cstdlib>
#include <new>
#include <typeinfo>

#if defined(__wasi__) && !defined(__wasm_exception_handling__)

[[noreturn]] inline void end_program(int exit_code, const char *reason) {
  std::fflush(stdout);
  std::fprintf(stderr, "%s: error: %s\n", kName, reason);
  std::exit(exit_code);
}

extern "C" void *__cxa_allocate_exception(std::size_t bytes) noexcept;
extern "C" [[noreturn]] void __cxa_throw(void *thrown, std::type_info *type, void (*)(void *));

extern "C" void *__cxa_allocate_exception(std::size_t bytes) noexcept {
  if (void *memory = std::malloc(bytes))
    return memory;
  end_program(1, "out of memory");
}

extern "C" [[noreturn]] void __cxa_throw(void *thrown, std::type_info *type, void (*)(void *)) {
  if (*type != typeid(Failure))
    end_program(1, "out of memory"); // the library throws nothing else here
  const Failure &failure = *static_cast<const Failure *>(thrown);
  end_program(failure.exit_code, failure.sentence);
}

/// What `new` does where it would throw std::bad_alloc from inside the library.
inline void say_when_memory_ends() {
  std::set_new_handler([] { end_program(1, "out of memory"); });
}

#else

inline void say_when_memory_ends() {}

#endif
