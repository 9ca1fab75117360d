//===- share.h - Who computes what -------------------------------*- C++ -*-===//
//
// The rule by which threads deal out rows, heads and tokens among them. Tested by tests/unit/runtime/ShareTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"
#include "runtime/worker.h"

/// Units [from, to) of a thread.
struct Range {
  i32 from, to;
};

/// The part of `units` that belongs to a thread. It depends on nothing else, so a core meets the same weights again on
/// every visit of a block.
inline Range share(i32 units, const Worker &me) {
  return {units * me.index / me.count, units * (me.index + 1) / me.count};
}

/// The same range in smaller units.
inline Range times(Range range, i32 factor) { return {range.from * factor, range.to * factor}; }
