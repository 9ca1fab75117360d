//===- FakeLayers.h - What stands before class Model -------------*- C++ -*-===//
//
// Layers that add up what they are given: after each token, the logits tell which tokens, in which order, went through
// which blocks. For tests of runtime/model.h and routes.h. Needs FakeConstants.h.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/share.h"
#include "runtime/threads.h"

#include <cmath>

constexpr i32 kBlocks = 2, kVisits = 4, kColumns = 64, kModel = kColumns;
constexpr u64 kActivationBytes = sizeof(f32) * (kChunk * kColumns + kVocabulary), kScratchBytes = 64;

struct BlockWeights {
  const f32 *factor;
};

struct Weights {
  BlockWeights blocks[kBlocks];
};

inline Weights locate_weights(const u8 *content) {
  const f32 *factors = reinterpret_cast<const f32 *>(content);
  return {{{factors}, {factors + 1}}};
}

/// A shared block is visited more than once.
inline i32 block_of(i32 visit) { return visit / 2; }

/// Of a visit: the sum of what it saw at every position.
struct Cache {
  f32 *sums; // [kContext]
};

inline Cache cache_of_visit(u8 *memory, i32 visit, i32) { return {reinterpret_cast<f32 *>(memory) + kContext * visit}; }
inline bool is_slid_beyond(i32, i32) { return false; }
inline void slide_caches(u8 *, i32, i32, i32) {}

struct CachePart {
  u8 *start;
  u64 bytes;
};
constexpr i32 kCacheParts = 1;
inline CachePart cache_part(const Cache &cache, i32, i32 positions) {
  return {reinterpret_cast<u8 *>(cache.sums), sizeof(f32) * u64(positions)};
}
inline void clear_left_over(const Cache &, i32) {}

struct Scratch {
  u8 *mine; // [kScratchBytes]
};

struct State {
  f32 *x;      // [tokens][kColumns]
  f32 *logits; // [kVocabulary]
  Scratch *scratch;
};

inline const f32 *residual_of(const State &s, i32 token) { return s.x + token * kColumns; }

inline void lay_out(State &s, Scratch *scratch, u8 *arena, i32 threads) {
  s.x = reinterpret_cast<f32 *>(arena);
  s.logits = s.x + kChunk * kColumns;
  s.scratch = scratch;
  for (i32 i = 0; i < threads; ++i)
    s.scratch[i].mine = arena + kActivationBytes + u64(i) * kScratchBytes;
}

namespace fake {

namespace prefill {

inline void enter(const Weights &, const i32 *ids, i32 tokens, State &s, Worker &me) {
  const Range mine = share(kColumns, me);
  for (i32 token = 0; token < tokens; ++token)
    for (i32 k = mine.from; k < mine.to; ++k)
      s.x[token * kColumns + k] = static_cast<f32>(ids[token] + k);
  me.wait();
}

/// x = x * factor + the sum of all x of tokens before, modulo a small number. Every thread has columns of its own, the
/// cache has column 0.
inline void layer(const Weights &, const BlockWeights &w, const Cache &cache, i32 position, i32 tokens, State &s,
                  Worker &me) {
  s.scratch[me.index].mine[0] = 1; // room of its own
  for (i32 token = me.index == 0 ? 0 : tokens; token < tokens; ++token) {
    f32 *x = s.x + token * kColumns;
    const i32 at = position + token;
    cache.sums[at] = x[0] + (at > 0 ? cache.sums[at - 1] : 0);
    cache.sums[at] = std::fmod(cache.sums[at], 1009.0F); // of any number: a saved state may hold every one
  }
  me.wait();
  const Range mine = share(kColumns, me);
  for (i32 token = 0; token < tokens; ++token)
    for (i32 k = mine.from; k < mine.to; ++k) {
      f32 &x = s.x[token * kColumns + k];
      x = x * *w.factor + cache.sums[position + token];
      x = std::fmod(x, 1009.0F);
    }
  me.wait();
}

} // namespace prefill

namespace decode {

inline void enter(const Weights &model, const i32 *ids, State &s, Worker &me) { prefill::enter(model, ids, 1, s, me); }

inline void layer(const Weights &model, const BlockWeights &w, const Cache &cache, i32 position, State &s, Worker &me) {
  prefill::layer(model, w, cache, position, 1, s, me);
}

} // namespace decode

inline void leave(const Weights &, i32 token, State &s, Worker &me) {
  const Range mine = share(kVocabulary, me);
  for (i32 id = mine.from; id < mine.to; ++id)
    s.logits[id] = s.x[token * kColumns + id % kColumns];
  me.wait();
}

} // namespace fake
