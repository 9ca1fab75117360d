// operator new and delete that count. Tested by tests/fuzz/MutatorTest.cpp.

#include "tests/fuzz/MeteredMemory.h"

#include <cstdlib>
#include <malloc.h>
#include <new>

namespace {

long live = 0, peak = 0; // one thread
long limit = 1L << 40;

void *tryToAllocate(std::size_t bytes, std::size_t alignment) {
  if (live + long(bytes < 1UL << 40 ? bytes : 1UL << 40) > limit)
    return nullptr;
  void *memory = alignment > alignof(std::max_align_t)
                     ? aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment)
                     : malloc(bytes > 0 ? bytes : 1);
  if (memory == nullptr)
    return nullptr;
  live += long(malloc_usable_size(memory));
  peak = live > peak ? live : peak;
  return memory;
}

void *allocate(std::size_t bytes, std::size_t alignment) {
  void *memory = tryToAllocate(bytes, alignment);
  if (memory == nullptr)
    throw std::bad_alloc();
  return memory;
}

void release(void *memory) {
  if (memory != nullptr)
    live -= long(malloc_usable_size(memory));
  free(memory);
}

} // namespace

// All of them: a sanitizer has its own for those that are missing, and what they gave would come to free() here,
// uncounted.
void *operator new(std::size_t bytes) { return allocate(bytes, 0); }
void *operator new[](std::size_t bytes) { return allocate(bytes, 0); }
void *operator new(std::size_t bytes, std::align_val_t alignment) { return allocate(bytes, std::size_t(alignment)); }
void *operator new[](std::size_t bytes, std::align_val_t alignment) { return allocate(bytes, std::size_t(alignment)); }
void *operator new(std::size_t bytes, const std::nothrow_t &) noexcept { return tryToAllocate(bytes, 0); }
void *operator new[](std::size_t bytes, const std::nothrow_t &) noexcept { return tryToAllocate(bytes, 0); }
void *operator new(std::size_t bytes, std::align_val_t alignment, const std::nothrow_t &) noexcept {
  return tryToAllocate(bytes, std::size_t(alignment));
}
void *operator new[](std::size_t bytes, std::align_val_t alignment, const std::nothrow_t &) noexcept {
  return tryToAllocate(bytes, std::size_t(alignment));
}
void operator delete(void *memory) noexcept { release(memory); }
void operator delete[](void *memory) noexcept { release(memory); }
void operator delete(void *memory, std::size_t) noexcept { release(memory); }
void operator delete[](void *memory, std::size_t) noexcept { release(memory); }
void operator delete(void *memory, std::align_val_t) noexcept { release(memory); }
void operator delete[](void *memory, std::align_val_t) noexcept { release(memory); }
void operator delete(void *memory, std::size_t, std::align_val_t) noexcept { release(memory); }
void operator delete[](void *memory, std::size_t, std::align_val_t) noexcept { release(memory); }
void operator delete(void *memory, const std::nothrow_t &) noexcept { release(memory); }
void operator delete[](void *memory, const std::nothrow_t &) noexcept { release(memory); }
void operator delete(void *memory, std::align_val_t, const std::nothrow_t &) noexcept { release(memory); }
void operator delete[](void *memory, std::align_val_t, const std::nothrow_t &) noexcept { release(memory); }

namespace weebill::fuzz {

void startMetering() { live = peak = 0; }
std::size_t peakBytes() { return std::size_t(peak); }
void limitMemory(std::size_t bytes) { limit = long(bytes); }

} // namespace weebill::fuzz
