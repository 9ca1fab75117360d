//===- model.h - The model at run time ---------------------------*- C++ -*-===//
//
// Runs the layers, token by token or chunk by chunk. What they are made of stands before it in an emitted file: the
// constants, Weights and locate_weights, State and lay_out, Cache and cache_of_visit, block_of, and the layers
// themselves in namespace `forward` (runtime/README.md). Tested by tests/unit/runtime/ModelTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/cancellation.h"
#include "runtime/threads.h"
#include "runtime/types.h"
#include "runtime/zeroed_memory.h"

#include <algorithm>
#include <vector>

/// Everything is allocated by the constructor; prefill and step allocate nothing. They return false if they were
/// cancelled: then they took no token.
class Model {
public:
  Model(const u8 *content, i32 decode_threads, i32 prefill_threads)
      : decode_threads(decode_threads), prefill_threads(prefill_threads), weights(locate_weights(content)),
        team(std::max(decode_threads, prefill_threads)), scratch(static_cast<std::size_t>(team.size())),
        memory(kActivationBytes + u64(team.size()) * kScratchBytes), cache_memory(kCacheBytes) {
    lay_out(state, scratch.data(), memory.data(), team.size());
  }

  /// Forgets all tokens. What is left in the cache is never read before it is written again.
  void reset() {
    tokens_so_far = 0;
    cancellation.forget();
  }

  /// From any thread: what runs, or else what runs next, stops after the layer that it is in.
  void cancel() { cancellation.ask(); }

  i32 position() const { return tokens_so_far; }

  /// Logits of the last token. [kVocabulary]
  const f32 *logits() const { return state.logits; }

  /// One token.
  bool step(i32 id) {
    const i32 position = tokens_so_far;
    bool done = false; // written by one worker
    team.run(decode_threads, [&](Worker &me) {
      forward::decode::enter(weights, &id, state, me);
      for (i32 visit = 0; visit < kVisits; ++visit) {
        cancellation.look(visit, me);
        forward::decode::layer(weights, weights.blocks[block_of(visit)], cache_of(visit), position, state, me);
        if (cancellation.stops(visit))
          return;
      }
      forward::leave(weights, 0, state, me);
      if (me.index == 0)
        done = true;
    });
    return finish(done, 1);
  }

  /// Many tokens, in chunks; logits of the last.
  bool prefill(const i32 *ids, i32 count) {
    const i32 before = tokens_so_far;
    for (i32 done = 0; done < count;) {
      const i32 tokens = std::min(count - done, kChunk);
      if (!layers(ids + done, tokens)) {
        tokens_so_far = before;
        return false;
      }
      done += tokens;
      if (done == count)
        head(tokens - 1);
    }
    return true;
  }

  /// The same, and each(index, logits) for every token in order, on the calling thread.
  template <class Each> bool prefill_all(const i32 *ids, i32 count, Each each) {
    const i32 before = tokens_so_far;
    for (i32 done = 0; done < count;) {
      const i32 tokens = std::min(count - done, kChunk);
      if (!layers(ids + done, tokens)) {
        tokens_so_far = before;
        return false;
      }
      for (i32 token = 0; token < tokens; ++token) {
        head(token);
        each(done + token, logits());
      }
      done += tokens;
    }
    return true;
  }

private:
  /// One chunk through all layers.
  bool layers(const i32 *ids, i32 tokens) {
    const i32 position = tokens_so_far;
    bool done = false; // written by one worker
    team.run(prefill_threads, [&](Worker &me) {
      forward::prefill::enter(weights, ids, tokens, state, me);
      for (i32 visit = 0; visit < kVisits; ++visit) {
        cancellation.look(visit, me);
        forward::prefill::layer(weights, weights.blocks[block_of(visit)], cache_of(visit), position, tokens, state, me);
        if (cancellation.stops(visit))
          return;
      }
      if (me.index == 0)
        done = true;
    });
    return finish(done, tokens);
  }

  /// The tokens count if all layers were run; a wish to stop that was obeyed is forgotten.
  bool finish(bool done, i32 tokens) {
    if (done)
      tokens_so_far += tokens;
    else
      cancellation.forget();
    return done;
  }

  /// Logits of one token of the chunk.
  void head(i32 token) {
    team.run(decode_threads, [&](Worker &me) { forward::leave(weights, token, state, me); });
  }

  /// One cache for each visit, not for each block: a shared block sees other keys when it is visited again.
  Cache cache_of(i32 visit) const { return cache_of_visit(cache_memory.data(), visit); }

  i32 decode_threads, prefill_threads;
  i32 tokens_so_far = 0;
  Weights weights;
  Cancellation cancellation;
  Team team;
  std::vector<Scratch> scratch; // one for each thread, pointing into `memory`
  ZeroedMemory memory, cache_memory;
  State state;
};
