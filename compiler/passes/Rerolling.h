//===- Rerolling.h - Where a function does the same again ------*- C++ -*-===//
//
// Cuts a list of ops wherever a single value is alive, and compares what lies between two cuts: ops, attributes, types
// and who reads what, but not which weights. Pieces in a row that come again are the blocks of a model. Tested by
// tests/lit/passes/roll-repeats.mlir.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PASSES_REROLLING_H
#define WEEBILL_COMPILER_PASSES_REROLLING_H

#include "compiler/passes/UnrolledOps.h"

#include <string>

namespace weebill::passes {

/// Ops [first, last), which take one value and give one.
struct Piece {
  int first = 0, last = 0;
  int input = 0, output = 0;
  /// Its ops in the order in which the output needs them: the same for equal pieces however they are written down.
  std::vector<int> order;
  int kind = 0; // equal for equal pieces
};

/// The pieces of all ops between the first and the last cut, in order.
std::vector<Piece> cutIntoPieces(UnrolledOps &unrolled);

/// What makes two pieces differ, in words; empty if they are equal.
std::string difference(UnrolledOps &unrolled, const Piece &one, const Piece &other);

/// `copies` times `period` pieces from `first` on, each copy equal to the one before.
struct Run {
  int first = 0, period = 0, copies = 0;

  int end() const { return first + period * copies; }
};

/// Of the pieces [first, end), runs that do not overlap, in order: the one that covers most is taken first. They take
/// an lm.repeat whole or not at all.
std::vector<Run> findRuns(UnrolledOps &unrolled, const std::vector<Piece> &pieces);

} // namespace weebill::passes

#endif // WEEBILL_COMPILER_PASSES_REROLLING_H
