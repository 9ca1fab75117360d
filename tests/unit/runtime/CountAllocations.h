//===- CountAllocations.h - Every call of malloc in this program -*- C++ -*-===//
//
// Defines malloc for the whole program (glibc lets a program do that), so include it in one source file of a test.
// operator new comes here too.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <atomic>
#include <cstddef>

inline std::atomic<unsigned long> allocationCount{0};

extern "C" void *__libc_malloc(std::size_t bytes);
extern "C" void *__libc_calloc(std::size_t count, std::size_t bytes);
extern "C" void *__libc_realloc(void *old, std::size_t bytes);

extern "C" void *malloc(std::size_t bytes) {
  ++allocationCount;
  return __libc_malloc(bytes);
}

extern "C" void *calloc(std::size_t count, std::size_t bytes) {
  ++allocationCount;
  return __libc_calloc(count, bytes);
}

extern "C" void *realloc(void *old, std::size_t bytes) {
  ++allocationCount;
  return __libc_realloc(old, bytes);
}
