//===- SlidingCacheTest.cpp - Models whose caches keep windows ------------===//

#include "runtime/types.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <vector>

// Visits of all positions, of a window, and of a wider one. A step is 64, a chunk 16 tokens.
constexpr i32 kBlocks = 3, kVisits = 3, kModel = 1, kCacheWindows[kVisits] = {0, 5, 70}, kCacheStep = 64;
constexpr i32 kContext = 400, kCachePositions = 448, kChunk = 16, kVocabulary = 3;
constexpr i32 kKeyValueHeads = 2, kHeadSize = 16;
constexpr u64 kActivationBytes = sizeof(f32) * (kChunk + kVocabulary), kScratchBytes = 64, kStackBytes = 1 << 18;
using CacheElement = f32;

#include "runtime/cache_windows.h"

#include "runtime/cache_places.h"

#include "runtime/cache_part.h"

#include "runtime/cache.h"

#include "runtime/sliding_cache.h"

#include "runtime/share.h"
#include "runtime/threads.h"

// Not in a namespace without a name: the runtime's own structs, which have them, are in none here.
struct BlockWeights {};
struct Weights {
  BlockWeights blocks[kBlocks];
};
static Weights locate_weights(const u8 *) { return {}; }
static i32 block_of(i32 visit) { return visit; }

struct Scratch {};
struct State {
  f32 *x, *logits;
};
static const f32 *residual_of(const State &s, i32 token) { return s.x + token; }
static void lay_out(State &s, Scratch *, u8 *arena, i32) {
  s.x = reinterpret_cast<f32 *>(arena);
  s.logits = s.x + kChunk;
}

static f32 small(f32 x) { return x - 1009 * static_cast<f32>(static_cast<i32>(x) / 1009); }

/// What a token becomes that sees these, the last of them its own.
static f32 seen(i32 first, const std::vector<f32> &values) {
  f32 sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i)
    sum = small(sum + values[i] * static_cast<f32>(1 + (first + static_cast<i32>(i)) % 7));
  return sum;
}

static i32 first_seen(i32 window, i32 position) { return window == 0 ? 0 : std::max(position + 1 - window, 0); }

namespace forward {

inline void leave(const Weights &, i32 token, State &s, Worker &me) {
  const Range mine = share(kVocabulary, me);
  for (i32 id = mine.from; id < mine.to; ++id)
    s.logits[id] = s.x[token] + static_cast<f32>(id);
  me.wait();
}

namespace prefill {
inline void enter(const Weights &, const i32 *ids, i32 tokens, State &s, Worker &me) {
  for (i32 token = 0; token < tokens && me.index == 0; ++token)
    s.x[token] = static_cast<f32>(ids[token]);
  me.wait();
}

/// Keys and values of both heads hold what a token was; it becomes what it sees.
inline void layer(const Weights &, const BlockWeights &, const Cache &cache, i32 position, i32 tokens, State &s,
                  Worker &me) {
  // The window is known to attention, not to the cache: here by the room.
  i32 window = 0;
  for (i32 other : kCacheWindows)
    if (positions_of_window(other) == cache.room.positions && other != 0)
      window = other;
  for (i32 token = 0; token < tokens && me.index == 0; ++token) {
    const i32 at = position + token;
    for (i32 head = 0; head < kKeyValueHeads; ++head) {
      cache.key(head, at)[16 * 3] = s.x[token] + static_cast<f32>(head);
      cache.value(head, at)[5] = s.x[token] + static_cast<f32>(head);
    }
    std::vector<f32> values;
    for (i32 other = first_seen(window, at); other <= at; ++other) {
      EXPECT_EQ(cache.key(1, other)[16 * 3], cache.value(1, other)[5]);
      EXPECT_EQ(cache.key(0, other)[16 * 3] + 1, cache.value(1, other)[5]);
      values.push_back(cache.value(0, other)[5]);
    }
    s.x[token] = seen(first_seen(window, at), values);
  }
  me.wait();
}
} // namespace prefill

namespace decode {
inline void enter(const Weights &w, const i32 *ids, State &s, Worker &me) { prefill::enter(w, ids, 1, s, me); }
inline void layer(const Weights &w, const BlockWeights &b, const Cache &cache, i32 position, State &s, Worker &me) {
  prefill::layer(w, b, cache, position, 1, s, me);
}
} // namespace decode

} // namespace forward

constexpr u64 kCacheBytes = sizeof(f32) * 2 * kKeyValueHeads * kHeadSize * kCachePlaces.before[kVisits];

#include "runtime/model.h"

namespace {

std::vector<i32> someTokens(i32 count) {
  std::vector<i32> ids;
  for (i32 i = 0; i < count; ++i)
    ids.push_back((7 * i + i * i) % 300);
  return ids;
}

/// The first logit behind each token, computed from everything.
std::vector<f32> wantedOf(const std::vector<i32> &ids) {
  std::vector<f32> x(ids.begin(), ids.end());
  for (i32 window : kCacheWindows) {
    const std::vector<f32> before = x;
    for (i32 at = 0; at < static_cast<i32>(x.size()); ++at) {
      const i32 first = first_seen(window, at);
      x[static_cast<std::size_t>(at)] = seen(first, {before.begin() + first, before.begin() + at + 1});
    }
  }
  return x;
}

const std::vector<i32> kIds = someTokens(kContext);
const std::vector<f32> kWanted = wantedOf(kIds);

void expectLogits(Model &model) {
  ASSERT_TRUE(model.need_logits());
  EXPECT_EQ(model.logits()[0], kWanted[static_cast<std::size_t>(model.position() - 1)]) << model.position();
}

/// Takes tokens up to that position, some by steps, some in chunks.
void goTo(Model &model, i32 position) {
  const i32 count = position - model.position(), alone = std::min(count, 3);
  ASSERT_TRUE(model.prefill(kIds.data() + model.position(), count - alone));
  for (i32 i = 0; i < alone; ++i)
    ASSERT_TRUE(model.step(kIds[static_cast<std::size_t>(model.position())]));
  if (position > 0)
    expectLogits(model);
}

TEST(SlidingCacheTest, WindowsKeepAFewBlocks) {
  EXPECT_EQ(positions_of_window(0), kCachePositions);
  EXPECT_EQ(positions_of_window(5), 128);
  EXPECT_EQ(positions_of_window(70), 192);
  EXPECT_EQ(positions_before(2), u64{448 + 128});
  EXPECT_EQ(room_of_visit(1, 67).first, 0);
  EXPECT_EQ(room_of_visit(1, 68).first, 64); // the token at 68 sees 64 to 68
  EXPECT_EQ(room_of_visit(0, 400).first, 0);
  EXPECT_FALSE(is_slid_beyond(67, 0));
  EXPECT_TRUE(is_slid_beyond(68, 67));
  EXPECT_FALSE(is_slid_beyond(67, 68));
}

TEST(SlidingCacheTest, StepsAndChunksGiveWhatAllPositionsWouldGive) {
  Model steps(nullptr, 2, 1);
  for (i32 position = 0; position < kContext; ++position) {
    ASSERT_TRUE(steps.step(kIds[static_cast<std::size_t>(position)]));
    ASSERT_EQ(steps.logits()[0], kWanted[static_cast<std::size_t>(position)]) << position;
  }
  for (i32 first : {0, 1, 15, 64, 77}) {
    Model model(nullptr, 1, 2);
    ASSERT_TRUE(model.prefill(kIds.data(), first));
    ASSERT_TRUE(model.prefill_all(kIds.data() + first, kContext - first, [&](i32 index, const f32 *logits) {
      EXPECT_EQ(logits[0], kWanted[static_cast<std::size_t>(first + index)]);
    }));
  }
}

TEST(SlidingCacheTest, WhatIsSavedHasAllTokens) {
  for (i32 position : {0, 1, 68, 69, 78, 150, 300}) {
    Model model(nullptr, 1, 1);
    ASSERT_TRUE(model.prefill(kIds.data(), position));
    ASSERT_TRUE(model.need_cache());
    ASSERT_TRUE(model.step(kIds[static_cast<std::size_t>(position)]));
    EXPECT_EQ(model.logits()[0], kWanted[static_cast<std::size_t>(position)]) << position;
  }
}

TEST(SlidingCacheTest, WhatIsBehindTheWindowIsComputedAgain) {
  for (i32 from : {40, 80, 150, 300})
    for (i32 back : {0, 1, 39, 63, 64, 66, 133, 149, 230})
      if (back < from) {
        Model model(nullptr, 1, 1);
        goTo(model, from);
        model.go_back(back);
        EXPECT_EQ(model.position(), back);
        if (back % 2 == 0) {
          ASSERT_TRUE(model.need_cache());
          ASSERT_TRUE(model.step(kIds[static_cast<std::size_t>(back)]));
        }
        if (back > 0)
          expectLogits(model);
        goTo(model, back + 40);
      }
}

TEST(SlidingCacheTest, TokensAreForgotten) {
  Model model(nullptr, 1, 1);
  goTo(model, 300);
  ASSERT_TRUE(model.forget(10, 200));
  std::vector<i32> ids(kIds.begin(), kIds.begin() + 10);
  ids.insert(ids.end(), kIds.begin() + 210, kIds.begin() + 300);
  ASSERT_TRUE(model.need_logits());
  EXPECT_EQ(model.position(), 100);
  EXPECT_EQ(model.logits()[0], wantedOf(ids).back());
}

TEST(SlidingCacheTest, ACopyGoesOn) {
  for (i32 position : {0, 1, 67, 68, 69, 200}) {
    Model model(nullptr, 1, 1), other(nullptr, 1, 1), late(nullptr, 1, 1);
    goTo(other, 333); // what is to be replaced
    goTo(model, position);
    other.copy(model);
    EXPECT_EQ(other.position(), position);
    if (position > 0)
      expectLogits(other);
    goTo(other, position + 50);
    goTo(model, position + 100);
    model.go_back(position); // and what is not in the cache any more
    late.copy(model);
    goTo(late, position + 30);
    goTo(model, position + 30);
  }
}

TEST(SlidingCacheTest, ACancelledRunTakesNothing) {
  Model model(nullptr, 1, 1);
  goTo(model, 20);
  model.go_back(20);
  goTo(model, 250);
  model.go_back(20);
  model.cancel(); // what was asked for before computing again
  EXPECT_FALSE(model.step(kIds[20]));
  EXPECT_EQ(model.position(), 20);
  model.cancel();
  EXPECT_FALSE(model.need_logits());
  ASSERT_TRUE(model.step(kIds[20]));
  EXPECT_EQ(model.logits()[0], kWanted[20]);
  goTo(model, 90);
}

} // namespace
