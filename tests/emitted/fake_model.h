//===- fake_model.h - A model that says the alphabet -------------*- C++ -*-===//
//
// After a letter comes the next one, after a line feed `w`, after `z` the end of the answer.
// Logits also depend on the position, so that rows cannot be mistaken for each other. fake_program.py pastes it where
// the emitter pastes a real model. Environment: FAKE_UNSUPPORTED (this CPU cannot run it), FAKE_COUNT (abort if
// anything was allocated since the first token).

inline bool target_supported() { return std::getenv("FAKE_UNSUPPORTED") == nullptr; }
inline const char *target_name() { return kTarget; }
inline bool choose_target(const char *name) { return std::strcmp(name, kTarget) == 0; }
inline const u8 *tokenizer_blob(const u8 *weights) { return weights; }
inline const u8 *embedded_weights() { return nullptr; }

class Model {
public:
  Model(const u8 *, i32 decode_threads, i32 prefill_threads)
      : team(decode_threads > prefill_threads ? decode_threads : prefill_threads), decode_threads(decode_threads) {}

  void reset() { tokens = 0; }
  void cancel() {}
  i32 position() const { return tokens; }
  const f32 *logits() const { return row; }

  bool prefill(const i32 *ids, i32 count) {
    prefill_all(ids, count, [](i32, const f32 *) {});
    return true;
  }

  template <class Each> void prefill_all(const i32 *ids, i32 count, Each each) {
    for (i32 index = 0; index < count; ++index) {
      step(ids[index]);
      each(index, row);
    }
  }

  bool step(i32 id) {
    static_assert(kChunk > 0);
    if (tokens >= kContext)
      std::abort(); // the program must never ask for this
    if (tokens == 0)
      allocations = allocations_so_far();
    if (std::getenv("FAKE_COUNT") != nullptr && allocations_so_far() != allocations)
      std::abort();
    const i32 next = id == 'z' ? kStopTokens[0] : id == '\n' ? 'w' : id + 1;
    team.run(decode_threads, [&](Worker &me) {
      for (i32 token = me.index; token < kVocabulary; token += me.count)
        row[token] =
            -2.0f * static_cast<f32>(token < next ? next - token : token - next) - static_cast<f32>(tokens) / 8;
    });
    ++tokens;
    return true;
  }

private:
  Team team;
  i32 decode_threads;
  i32 tokens = 0;
  unsigned long allocations = 0;
  f32 row[kVocabulary] = {};
};
