//===- CountAllocations.h - Every call of malloc in this program -*- C++ -*-===//
//
// Include it in one source file of a test. Without a sanitizer it defines malloc for the whole program (glibc lets a
// program do that), and operator new comes here too. A sanitizer has its own malloc and knows its own memory only, so a
// program that mixed the two would die before main; it is asked to tell of each call instead.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <atomic>
#include <cstddef>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WEEBILL_MALLOC_OF_A_SANITIZER
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define WEEBILL_MALLOC_OF_A_SANITIZER
#endif
#endif

inline std::atomic<unsigned long> allocationCount{0};

#if defined(WEEBILL_MALLOC_OF_A_SANITIZER)

// As <sanitizer/allocator_interface.h> has it, which GCC does not install.
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*malloc_hook)(const volatile void *, std::size_t),
                                                         void (*free_hook)(const volatile void *));

inline const int allocationHooks = __sanitizer_install_malloc_and_free_hooks(
    [](const volatile void *, std::size_t) { ++allocationCount; }, [](const volatile void *) {});

#else

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

#endif
