// What all vector sections share. Each section offers the same functions on its own vector types, one conversion at a
// time: what is not declared would be slow, and does not compile. All give the same bits on every target
// (docs/numerics.md). Tested by tests/unit/codegen/kernels.
#pragma once

#include "runtime/types.h"

#include <cstring>

// IEEE binary16: only stored and converted.
struct f16 {
  u16 bits;
};

#define VECTOR_FUNCTION [[maybe_unused, gnu::always_inline]] inline

// A kernel stays a function of its own: where it is copied into its caller's loop, GCC holds the constants of what
// follows its inner loop in registers, and keeps sums of the inner loop in memory.
#define KERNEL [[maybe_unused, gnu::noinline]]
