//===- watch_allocations.cpp - What a program allocates, from outside ---------------===//
//
// Preloaded into emitted programs by test_memory.py: counts every call that gets memory. A program shows each token
// with fflush, so what is counted between its first and its last one is what tokens cost; it goes to the file that
// WATCH_FILE names.
//
//===----------------------------------------------------------------------===//

#include <atomic>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

static std::atomic<unsigned long> allocations{0}; // before the first constructor too
static unsigned long at_first_flush = 0, at_last_flush = 0, flushes = 0;

extern "C" {

void *__libc_malloc(std::size_t bytes);
void *__libc_calloc(std::size_t count, std::size_t bytes);
void *__libc_realloc(void *old, std::size_t bytes);
void *__libc_memalign(std::size_t alignment, std::size_t bytes);

void *malloc(std::size_t bytes) {
  ++allocations;
  return __libc_malloc(bytes);
}

void *calloc(std::size_t count, std::size_t bytes) {
  ++allocations;
  return __libc_calloc(count, bytes);
}

void *realloc(void *old, std::size_t bytes) {
  ++allocations;
  return __libc_realloc(old, bytes);
}

void *aligned_alloc(std::size_t alignment, std::size_t bytes) {
  ++allocations;
  return __libc_memalign(alignment, bytes);
}

int posix_memalign(void **result, std::size_t alignment, std::size_t bytes) {
  ++allocations;
  *result = __libc_memalign(alignment, bytes);
  return *result == nullptr ? 12 : 0;
}

void *mmap(void *address, std::size_t bytes, int protection, int flags, int file, off_t offset) {
  ++allocations;
  static const auto real = reinterpret_cast<decltype(&mmap)>(dlsym(RTLD_NEXT, "mmap"));
  return real(address, bytes, protection, flags, file, offset);
}

void *sbrk(std::intptr_t bytes) {
  ++allocations;
  static const auto real = reinterpret_cast<decltype(&sbrk)>(dlsym(RTLD_NEXT, "sbrk"));
  return real(bytes);
}

int fflush(std::FILE *stream) {
  static const auto real = reinterpret_cast<decltype(&fflush)>(dlsym(RTLD_NEXT, "fflush"));
  at_last_flush = allocations;
  if (flushes++ == 0)
    at_first_flush = at_last_flush;
  return real(stream);
}

unsigned long watched_allocations() { return allocations; }

} // extern "C"

/// "all between flushes", when the program ends.
__attribute__((destructor)) static void report() {
  const char *path = std::getenv("WATCH_FILE");
  const int file = path != nullptr ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666) : -1;
  if (file >= 0) {
    dprintf(file, "%lu %lu %lu\n", allocations.load(), at_last_flush - at_first_flush, flushes);
    close(file);
  }
}
