//===- EmitModel.cpp - class Model ----------------------------------------===//
//
// The contract with the program is in runtime/README.md. Tested by tests/emitted/test_exact.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/emit/Sections.h"
#include "codegen/emit/Template.h"

namespace weebill::emit {

/// Block of each visit; a model whose blocks are visited once, in order, needs no table.
static std::string schedule(const plan::ModelPlan &plan) {
  constexpr size_t kVisitsInLine = 20;
  bool inOrder = static_cast<int64_t>(plan.schedule.size()) == plan.sizes.blocks;
  std::string list;
  for (size_t i = 0; i < plan.schedule.size(); ++i) {
    inOrder = inOrder && plan.schedule[i] == static_cast<int64_t>(i);
    list += std::string(i ? "," : "") + (i % kVisitsInLine ? " " : "\n    ") + std::to_string(plan.schedule[i]);
  }
  if (inOrder)
    return "// Every block is visited once, in order.\ninline i32 block_of(i32 visit) { return visit; }\n\n";
  return "// The block of each visit: a block that stands here more than once is stored once.\nconstexpr i32 "
         "kSchedule[kVisits] = {" +
         list + "};\ninline i32 block_of(i32 visit) { return kSchedule[visit]; }\n\n";
}

/// The body of cache_of().
static std::string cacheOfVisit(const plan::ModelPlan &plan) {
  if (plan.cache.element == plan::Element::I8)
    return R"(    i8 *keys = reinterpret_cast<i8 *>(cache_memory.data()) + u64(visit) * kCacheVisitBytes;
    f32 *scales = reinterpret_cast<f32 *>(keys + 2 * i64{kCacheElements});
    return {keys, keys + kCacheElements, scales, scales + kCacheScales};)";
  return fill(
      R"(    $element *keys = reinterpret_cast<$element *>(cache_memory.data()) + u64(visit) * 2 * kCacheElements;
    return {keys, keys + kCacheElements};)",
      {{"element", plan::elementName(plan.cache.element)}});
}

std::string modelSection(const plan::ModelPlan &plan, const std::vector<const targets::Target *> &targets,
                         const weights::WeightsLayout &layout) {
  RouteNames routes = routeNames(targets);
  const weights::SectionLayout *tokenizer = layout.section("tokenizer");
  return schedule(plan) + routes.section +
         fill(
             R"(// The model at run time. Everything is allocated by the constructor; prefill and step allocate nothing. They return
// false if they were cancelled: then they took no token.
class Model {
public:
  Model(const u8 *content, i32 decode_threads, i32 prefill_threads)
      : decode_threads(decode_threads), prefill_threads(prefill_threads), weights(locate_weights(content)),
        team(std::max(decode_threads, prefill_threads)), scratch(static_cast<size_t>(team.size())),
        memory(kActivationBytes + u64(team.size()) * kScratchBytes), cache_memory(kCacheBytes) {
    lay_out(state, scratch.data(), memory.data(), team.size());
  }

  // Forgets all tokens. What is left in the cache is never read before it is written again.
  void reset() {
    tokens_so_far = 0;
    cancellation.forget();
  }

  // From any thread: what runs, or else what runs next, stops after the layer that it is in.
  void cancel() { cancellation.ask(); }

  i32 position() const { return tokens_so_far; }

  // Logits of the last token. [kVocabulary]
  const f32 *logits() const { return state.$logits; }

  // One token.
  bool step(i32 id) {
    const i32 position = tokens_so_far;
    bool done = false; // written by one worker
    team.run(decode_threads, [&](Worker &me) {
      $decode_enter(weights, &id, state, me);
      for (i32 visit = 0; visit < kVisits; ++visit) {
        cancellation.look(visit, me);
        $decode_layer(weights, weights.blocks[block_of(visit)], cache_of(visit), position, state, me);
        if (cancellation.stops(visit))
          return;
      }
      $leave(weights, 0, state, me);
      if (me.index == 0)
        done = true;
    });
    return finish(done, 1);
  }

  // Many tokens, in chunks; logits of the last.
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

  // The same, and each(index, logits) for every token in order.
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
  // One chunk through all layers.
  bool layers(const i32 *ids, i32 tokens) {
    const i32 position = tokens_so_far;
    bool done = false; // written by one worker
    team.run(prefill_threads, [&](Worker &me) {
      $prefill_enter(weights, ids, tokens, state, me);
      for (i32 visit = 0; visit < kVisits; ++visit) {
        cancellation.look(visit, me);
        $prefill_layer(weights, weights.blocks[block_of(visit)], cache_of(visit), position, tokens, state, me);
        if (cancellation.stops(visit))
          return;
      }
      if (me.index == 0)
        done = true;
    });
    return finish(done, tokens);
  }

  // The tokens count if all layers were run; a wish to stop that was obeyed is forgotten.
  bool finish(bool done, i32 tokens) {
    if (done)
      tokens_so_far += tokens;
    else
      cancellation.forget();
    return done;
  }

  // Logits of one token of the chunk.
  void head(i32 token) {
    team.run(decode_threads, [&](Worker &me) { $leave(weights, token, state, me); });
  }

  // One cache for each visit, not for each block: a shared block sees other keys when it is visited again.
  Cache cache_of(i32 visit) const {
$cache
  }

  i32 decode_threads, prefill_threads;
  i32 tokens_so_far = 0;
  Weights weights;
  Cancellation cancellation;
  Team team;
  std::vector<Scratch> scratch; // one for each thread, pointing into `memory`
  ZeroedMemory memory, cache_memory;
  State state;
};

// The tokenizer's tables, read in place; nullptr for a model without a tokenizer.
inline const u8 *tokenizer_blob([[maybe_unused]] const u8 *content) { return $tokenizer; }
)",
             {{"cache", cacheOfVisit(plan)},
              {"logits", plan.buffers.at(plan.decode.after.back().steps.back().out.buffer).name},
              {"decode_enter", routes.decodeEnter},
              {"decode_layer", routes.decodeLayer},
              {"prefill_enter", routes.prefillEnter},
              {"prefill_layer", routes.prefillLayer},
              {"leave", routes.leave},
              {"tokenizer", tokenizer ? "content + " + std::to_string(tokenizer->array.offset) : "nullptr"}});
}

} // namespace weebill::emit
