//===- zeroed_memory.h - Memory straight from the system ---------*- C++ -*-===//
//
// The cache and the buffers: taken once at start, all zero, resident only as far as it is touched. Tested by
// tests/unit/runtime/ZeroedMemoryTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/fail.h"
#include "runtime/platform/platform.h"
#include "runtime/types.h"

/// Zeroed bytes, aligned to a page, that live as long as this object. `bytes` may be 0.
class ZeroedMemory {
public:
  explicit ZeroedMemory(u64 given_bytes) : bytes(given_bytes) {
    if (given_bytes == 0)
      return;
    start = static_cast<u8 *>(platform::take_pages(given_bytes));
    if (start == nullptr)
      fail("cannot get %llu bytes of memory from the system", static_cast<unsigned long long>(given_bytes));
  }
  ~ZeroedMemory() {
    if (start != nullptr)
      platform::return_pages(start, bytes);
  }
  ZeroedMemory(const ZeroedMemory &) = delete;
  ZeroedMemory &operator=(const ZeroedMemory &) = delete;

  u8 *data() const { return start; }

private:
  u8 *start = nullptr;
  u64 bytes;
};
