//===- count_allocations.cpp - Is anything allocated between two tokens? --------===//
//
// Compiled into the fake program; see fake_program.py.
//
//===----------------------------------------------------------------------===//

#if defined(__SANITIZE_ADDRESS__) // its threads allocate when they start, which may be after the first token
#define UNCOUNTED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNCOUNTED
#endif
#endif

#if defined(UNCOUNTED)
unsigned long allocations_so_far() { return 0; }
#else
#include "tests/unit/runtime/CountAllocations.h"
unsigned long allocations_so_far() { return allocationCount; }
#endif
