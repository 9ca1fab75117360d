//===- MeteredMemory.h - How much the code under test allocates --*- C++ -*-===//
//
// Replaces operator new and delete of the program, with any compiler and sanitizer. Tested by
// tests/fuzz/MutatorTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_TESTS_FUZZ_METEREDMEMORY_H
#define WEEBILL_TESTS_FUZZ_METEREDMEMORY_H

#include <cstddef>

namespace weebill::fuzz {

/// From here on: what is allocated now counts as nothing.
void startMetering();
/// The most that was allocated at one time since.
size_t peakBytes();
/// More than this at one time and operator new throws std::bad_alloc, as a machine with so much memory would.
void limitMemory(size_t bytes);

} // namespace weebill::fuzz

#endif // WEEBILL_TESTS_FUZZ_METEREDMEMORY_H
