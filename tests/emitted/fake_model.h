//===- fake_model.h - Layers that say the alphabet ---------------*- C++ -*-===//
//
// After a letter comes the next one, after a line feed `w`, after `z` the end of the answer. Logits also depend on the
// position, so that rows cannot be mistaken for each other. fake_program.py pastes it where the emitter pastes weights,
// state and layers of a real model. Environment: FAKE_UNSUPPORTED (this CPU cannot run it),
// FAKE_BEST (the target that this CPU runs best), FAKE_COUNT (abort if anything was allocated since the first token),
// FAKE_SLOW (a token takes a tenth of a second).

struct BlockWeights {};
struct Weights {
  BlockWeights blocks[1];
};
inline Weights locate_weights(const u8 *) { return {}; }
inline i32 block_of(i32) { return 0; }

struct Cache {
  u8 *ids; // [kContext]
};
inline Cache cache_of_visit(u8 *memory, i32, i32) { return {memory}; }
inline bool is_slid_beyond(i32, i32) { return false; }
inline void slide_caches(u8 *, i32, i32, i32) {}
struct CachePart {
  u8 *start;
  u64 bytes;
};
constexpr i32 kCacheParts = 1;
inline CachePart cache_part(const Cache &cache, i32, i32 positions) { return {cache.ids, u64(positions)}; }
inline void clear_left_over(const Cache &, i32) {}

struct Scratch {};
struct State {
  i32 ids[kChunk], position;
  unsigned long allocations; // before the first token
  f32 *logits;
};
inline void lay_out(State &s, Scratch *, u8 *arena, i32) {
  s.logits = reinterpret_cast<f32 *>(arena);
  s.allocations = 0;
}

constexpr i32 kModel = 1;
inline const f32 *residual_of(const State &s, i32) { return s.logits; }

inline bool target_supported() { return std::getenv("FAKE_UNSUPPORTED") == nullptr; }
inline const char *best_target() { return std::getenv("FAKE_BEST") != nullptr ? std::getenv("FAKE_BEST") : kTarget; }

namespace forward {

namespace prefill {

inline void enter(const Weights &, const i32 *ids, i32 tokens, State &s, Worker &me) {
  if (me.index == 0)
    std::copy(ids, ids + tokens, s.ids);
  me.wait();
}

inline void layer(const Weights &, const BlockWeights &, const Cache &cache, i32 position, i32 tokens, State &s,
                  Worker &me) {
  if (position + tokens > kContext)
    std::abort(); // the program must never ask for this
  if (me.index == 0) {
    if (std::getenv("FAKE_SLOW") != nullptr)
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    std::transform(s.ids, s.ids + tokens, cache.ids + position, [](i32 id) { return static_cast<u8>(id); });
    s.position = position;
    s.allocations = position == 0 || s.allocations == 0 ? allocations_so_far() : s.allocations;
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
  if (std::getenv("FAKE_COUNT") != nullptr && allocations_so_far() != s.allocations)
    std::abort();
  const i32 id = s.ids[token], next = id == 'z' ? kStopTokens[0] : id == '\n' ? 'w' : id + 1;
  for (i32 other = me.index; other < kVocabulary; other += me.count)
    s.logits[other] =
        -2.0f * static_cast<f32>(other < next ? next - other : other - next) - static_cast<f32>(s.position + token) / 8;
  me.wait();
}

} // namespace forward
