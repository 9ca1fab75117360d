//===- model.h - The model at run time ---------------------------*- C++ -*-===//
//
// Runs the layers, token by token or chunk by chunk. What they are made of stands before it in an emitted file: the
// constants, Weights and locate_weights, State and lay_out, Cache and cache_of_visit, block_of, and the layers
// themselves in namespace `forward` (runtime/README.md). Tested by tests/unit/runtime/ModelTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/cancellation.h"
#include "runtime/engine.h"
#include "runtime/threads.h"
#include "runtime/types.h"
#include "runtime/zeroed_memory.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

/// Everything is allocated by the constructor; what takes tokens allocates nothing. It returns false if it was
/// cancelled: then it took no token. Where caches hold windows and have moved beyond the tokens that one goes back to,
/// the next run computes what is left again.
class Model {
public:
  Model(const u8 *content, i32 decode_threads, i32 prefill_threads)
      : Model(std::make_shared<Engine>(content, decode_threads, prefill_threads)) {}

  /// One more that takes turns with others. The caller sees to that (Turn).
  explicit Model(std::shared_ptr<Engine> shared)
      : engine(std::move(shared)), held(static_cast<std::size_t>(kContext)), cache_memory(kCacheBytes) {}

  Model(const Model &) = delete;
  Model &operator=(const Model &) = delete;

  ~Model() { forget_logits(); }

  /// Forgets all tokens. What is left in the cache is never read before it is written again.
  void reset() {
    go_back(0);
    cancellation.forget();
  }

  /// Keeps the first tokens, as many as `position` says; no more than there are.
  void go_back(i32 position) {
    if (position < tokens_so_far)
      forget_logits();
    tokens_so_far = position;
  }

  /// Takes `count` tokens away, from `first` on. The others are computed again: what tokens look like depends on all
  /// before them. If that was cancelled, only the first ones are left.
  bool forget(i32 first, i32 count) {
    const i32 rest = tokens_so_far - first - count;
    std::copy(held.begin() + first + count, held.begin() + tokens_so_far, held.begin() + first);
    go_back(first);
    return rest == 0 || prefill(held.data() + first, rest);
  }

  /// From any thread: what runs, or else what runs next, stops after the layer that it is in.
  void cancel() { cancellation.ask(); }

  /// Takes a wish to stop back that came too late.
  void forget_cancel() { cancellation.forget(); }

  i32 position() const { return tokens_so_far; }
  const i32 *tokens() const { return held.data(); }

  /// Logits of the last token, if it has_logits(). [kVocabulary]
  const f32 *logits() const { return engine->state.logits; }

  /// What the last norm has read of that token. [kModel]
  const f32 *hidden_state() const { return residual_of(engine->state, engine->last_row); }

  /// Whether they are there: the last token was taken by step or prefill, and nobody else had a turn since.
  bool has_logits() const { return engine->logits_of.load(std::memory_order_relaxed) == this; }

  /// Sees to it that the cache has what going on from these tokens needs.
  bool need_cache() { return reach(last_begin(tokens_so_far)); }

  /// Sees to it that they are. There must be a token.
  bool need_logits() {
    const i32 last = tokens_so_far - 1;
    return has_logits() || finish(run_step(held[static_cast<std::size_t>(last)], last), 0); // the same numbers again
  }

  /// One token.
  bool step(i32 id) { return finish(run_step(id, tokens_so_far), 1); }

  /// Many tokens, in chunks; logits of the last.
  bool prefill(const i32 *ids, i32 count) {
    return in_chunks(ids, count, [&](i32 first, i32 tokens) {
      if (first + tokens == count)
        head(tokens - 1);
    });
  }

  /// The same, and each(index, logits) for every token in order, on the calling thread.
  template <class Each> bool prefill_all(const i32 *ids, i32 count, Each each) {
    return in_chunks(ids, count, [&](i32 first, i32 tokens) {
      for (i32 token = 0; token < tokens; ++token) {
        head(token);
        each(first + token, logits());
      }
    });
  }

  /// One cache for each visit, not for each block: a shared block sees other keys when it is visited again.
  Cache cache_of(i32 visit) const { return cache_of_visit(cache_memory.data(), visit, begun); }

  /// The same, as it is when it has so many tokens and may go on from them.
  Cache cache_of(i32 visit, i32 tokens) const { return cache_of_visit(cache_memory.data(), visit, last_begin(tokens)); }

  /// Has so many tokens instead of what it had: whoever calls this writes their ids to the place that it returns, and
  /// their keys and values into the cache.
  i32 *room_for(i32 count) {
    reset();
    hold(count);
    return held.data();
  }

  /// The same with these ids.
  void have(const i32 *ids, i32 count) {
    std::copy_n(ids, count, held.begin());
    hold(count);
  }

  /// Takes the tokens of another model, and what its cache has of them.
  void copy(const Model &other) {
    std::copy_n(other.tokens(), other.tokens_so_far, room_for(other.tokens_so_far));
    is_cached = other.is_cached && !is_slid_beyond(other.begun, begun);
    begun = other.begun;
    for (i32 visit = 0; visit < kVisits && is_cached; ++visit) {
      for (i32 index = 0; index < kCacheParts; ++index) {
        const CachePart from = cache_part(other.cache_of(visit), index, other.tokens_so_far);
        std::memcpy(cache_part(cache_of(visit), index, other.tokens_so_far).start, from.start, from.bytes);
      }
      clear_left_over(cache_of(visit), other.tokens_so_far);
    }
  }

  const std::shared_ptr<Engine> &shared_engine() const { return engine; }

private:
  const Weights &weights() const { return engine->weights; }

  /// Has so many tokens, and a cache that goes on from them.
  void hold(i32 count) {
    tokens_so_far = count;
    begun = last_begin(count);
    is_cached = true;
  }

  /// Behind how many tokens the last run begins that may have to be done again: for the logits of the last token.
  static i32 last_begin(i32 tokens) { return std::max(tokens - 1, 0); }

  /// Moves caches to where a run that begins there needs them: behind all tokens, or behind all but the last. Where
  /// they have moved too far, all tokens are computed again; false: that was cancelled.
  bool reach(i32 position) {
    if ((!is_cached || is_slid_beyond(begun, position)) && !compute_again())
      return false;
    slide_caches(cache_memory.data(), begun, position, tokens_so_far);
    begun = position;
    return true;
  }

  /// All tokens, from an empty cache on.
  bool compute_again() {
    const i32 count = tokens_so_far;
    begun = tokens_so_far = 0;
    is_cached = true; // for the runs of this one
    is_cached = in_chunks(held.data(), count, [](i32, i32) {});
    tokens_so_far = count;
    return is_cached;
  }

  /// What every run begins with.
  State &begin(const i32 *ids, i32 count, i32 position) {
    engine->logits_of.store(nullptr, std::memory_order_relaxed);
    if (ids != held.data() + position) // they may be the model's own
      std::copy(ids, ids + count, held.begin() + position);
    return engine->state;
  }

  /// One token, at a position that the model has reached; a token that it has counts once.
  bool run_step(i32 id, i32 position) {
    if (!reach(position))
      return false;
    bool done = false; // written by one worker
    State &state = begin(&id, 1, position);
    engine->run(engine->decode_threads, [&](Worker &me) {
      forward::decode::enter(weights(), &id, state, me);
      for (i32 visit = 0; visit < kVisits; ++visit) {
        cancellation.look(visit, me);
        forward::decode::layer(weights(), weights().blocks[block_of(visit)], cache_of(visit), position, state, me);
        if (cancellation.stops(visit))
          return;
      }
      forward::leave(weights(), 0, state, me);
      if (me.index == 0)
        done = true;
    });
    engine->logits_of.store(done ? this : nullptr, std::memory_order_relaxed);
    engine->last_row = 0;
    return done;
  }

  /// Chunk by chunk through all layers, then(first, tokens) behind each; all tokens count, or none.
  template <class Then> bool in_chunks(const i32 *ids, i32 count, Then &&then) {
    const i32 before = tokens_so_far;
    for (i32 first = 0; first < count;) {
      const i32 tokens = std::min(count - first, kChunk);
      if (!layers(ids + first, tokens)) {
        tokens_so_far = before;
        return false;
      }
      then(first, tokens);
      first += tokens;
    }
    return true;
  }

  /// One chunk through all layers. A run for each: how many threads there are may change between them, and a layer of
  /// hundreds of tokens takes far longer than to begin anew.
  bool layers(const i32 *ids, i32 tokens) {
    const i32 position = tokens_so_far;
    if (!reach(position))
      return false;
    State &state = begin(ids, tokens, position);
    engine->run(engine->prefill_threads,
                [&](Worker &me) { forward::prefill::enter(weights(), ids, tokens, state, me); });
    bool done = true;
    for (i32 visit = 0; visit < kVisits && done; ++visit) {
      engine->run(engine->prefill_threads, [&](Worker &me) {
        cancellation.look(visit, me);
        forward::prefill::layer(weights(), weights().blocks[block_of(visit)], cache_of(visit), position, tokens, state,
                                me);
      });
      done = !cancellation.stops(visit);
    }
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
    engine->run(engine->decode_threads, [&](Worker &me) { forward::leave(weights(), token, engine->state, me); });
    engine->logits_of.store(this, std::memory_order_relaxed);
    engine->last_row = token;
  }

  /// From any thread, while another model has its turn: who is destroyed does not wait for one.
  void forget_logits() {
    const void *own = this;
    engine->logits_of.compare_exchange_strong(own, nullptr, std::memory_order_relaxed);
  }

  std::shared_ptr<Engine> engine;
  std::vector<i32> held; // ids of the tokens in the cache. [kContext]
  i32 tokens_so_far = 0;
  i32 begun = 0;         // tokens before those of the last run: where caches of windows are
  bool is_cached = true; // the cache has all tokens, but for what is behind windows
  Cancellation cancellation;
  ZeroedMemory cache_memory;
};
