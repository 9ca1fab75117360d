//===- head_halves.h - Halves of attention heads -----------------*- C++ -*-===//
//
// Three key-value heads on two threads split 2 : 1. Over a long context one token's attention is therefore dealt out in
// halves where that is more even. Needs kKeyValueHeads, kHalvesFrom, State and Scratch. Tested by
// tests/unit/runtime/HeadHalvesTest.cpp and tests/emitted/test_long_context.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/share.h"
#include "runtime/types.h"
#include "runtime/worker.h"

/// Attention of one token that sees `visible` positions: `score(group, scores, sums)` of each key-value head, then
/// `add_values(group, scores, sums)`. A head has two halves, its scores and its values. Dealt out in halves, the thread
/// with most may have one less than twice the heads; worth a barrier when there is much to read.
template <class Score, class AddValues>
inline void attend_heads(i32 visible, State &s, Worker &me, Score &&score, AddValues &&add_values) {
  Scratch &own = s.scratch[me.index];
  const i32 most = (2 * kKeyValueHeads + me.count - 1) / me.count;
  if (visible < kHalvesFrom || most == 1 || most % 2 == 0) {
    const Range mine = share(kKeyValueHeads, me);
    for (i32 group = mine.from; group < mine.to; ++group) {
      score(group, own.scores, own.sums);
      add_values(group, own.scores, own.sums);
    }
    return;
  }
  const Range halves = share(2 * kKeyValueHeads, me);
  const bool takes_over = halves.from % 2 == 1, hands_over = halves.to % 2 == 1;
  const Range whole = {(halves.from + 1) / 2, halves.to / 2};
  if (hands_over)
    score(whole.to, own.handed_scores, own.handed_sums);
  for (i32 group = whole.from; group < whole.to; ++group) {
    score(group, own.scores, own.sums);
    if (takes_over || group + 1 < whole.to) // everybody has values left for the time behind the barrier
      add_values(group, own.scores, own.sums);
  }
  me.wait();
  if (takes_over)
    add_values(halves.from / 2, s.scratch[me.index - 1].handed_scores, s.scratch[me.index - 1].handed_sums);
  else if (whole.from < whole.to)
    add_values(whole.to - 1, own.scores, own.sums);
}
