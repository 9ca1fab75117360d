//===- count_allocations.cpp - Is anything allocated between two tokens? --------===//
//
// Compiled into the fake program; see fake_program.py.
//
//===----------------------------------------------------------------------===//

#include "tests/unit/runtime/CountAllocations.h"

unsigned long allocations_so_far() { return allocationCount; }
