//===- ModelTest.cpp - Tokens one by one, in chunks, cancelled ------------===//

#include "tests/unit/runtime/CountAllocations.h"
#include "tests/unit/runtime/FakeConstants.h"
#include "tests/unit/runtime/FakeLayers.h"

namespace forward = fake;

#include "runtime/model.h"

#include <atomic>
#include <gtest/gtest.h>
#include <memory>
#include <thread>
#include <vector>

namespace {

const f32 kFactors[kBlocks] = {3, 5};
const u8 *const kContent = reinterpret_cast<const u8 *>(kFactors);

std::vector<i32> someTokens(i32 count) {
  std::vector<i32> ids;
  for (i32 i = 0; i < count; ++i)
    ids.push_back((7 * i + i * i) % kVocabulary);
  return ids;
}

std::vector<f32> logitsOf(const Model &model) { return {model.logits(), model.logits() + kVocabulary}; }

/// Logits after every token, one by one on one thread.
std::vector<std::vector<f32>> oneByOne(const std::vector<i32> &ids) {
  Model model(kContent, 1, 1);
  std::vector<std::vector<f32>> rows;
  for (i32 id : ids) {
    EXPECT_TRUE(model.step(id));
    rows.push_back(logitsOf(model));
  }
  return rows;
}

class ModelTest : public testing::TestWithParam<i32> {};

TEST_P(ModelTest, ChunksGiveWhatSingleTokensGive) {
  const i32 threads = GetParam();
  const std::vector<i32> ids = someTokens(kContext);
  const std::vector<std::vector<f32>> wanted = oneByOne(ids);
  EXPECT_NE(wanted[0], wanted[1]);
  for (i32 count : {1, 2, kChunk - 1, kChunk, kChunk + 1, 3 * kChunk, kContext}) {
    Model model(kContent, threads, threads);
    ASSERT_TRUE(model.prefill(ids.data(), count));
    EXPECT_EQ(model.position(), count);
    EXPECT_EQ(logitsOf(model), wanted[static_cast<std::size_t>(count - 1)]);
  }
}

TEST_P(ModelTest, EveryTokenOfAChunkHasItsLogits) {
  const std::vector<i32> ids = someTokens(2 * kChunk + 3);
  const std::vector<std::vector<f32>> wanted = oneByOne(ids);
  Model model(kContent, GetParam(), GetParam());
  i32 next = 0;
  ASSERT_TRUE(model.prefill_all(ids.data(), static_cast<i32>(ids.size()), [&](i32 index, const f32 *logits) {
    EXPECT_EQ(index, next++);
    EXPECT_EQ(std::vector<f32>(logits, logits + kVocabulary), wanted[static_cast<std::size_t>(index)]);
  }));
  EXPECT_EQ(next, static_cast<i32>(ids.size()));
}

TEST_P(ModelTest, ATokenAllocatesNothing) {
  const std::vector<i32> ids = someTokens(2 * kChunk);
  Model model(kContent, GetParam(), GetParam());
  model.step(0); // by then all threads have begun; under a sanitizer that takes memory
  model.reset();
  const unsigned long before = allocationCount;
  model.prefill(ids.data(), 2 * kChunk);
  model.step(1);
  model.reset();
  model.step(2);
  EXPECT_EQ(allocationCount, before);
}

INSTANTIATE_TEST_SUITE_P(Threads, ModelTest, testing::Values(1, 2, 5));

TEST(ModelResetTest, ForgetsAllTokens) {
  const std::vector<i32> ids = someTokens(9);
  const std::vector<std::vector<f32>> wanted = oneByOne(ids);
  Model model(kContent, 2, 1);
  model.prefill(someTokens(40).data(), 40);
  model.reset();
  EXPECT_EQ(model.position(), 0);
  model.prefill(ids.data(), 9);
  EXPECT_EQ(logitsOf(model), wanted[8]);
}

TEST(ModelGoBackTest, GoesOnAsIfTheRestHadNeverBeen) {
  const std::vector<i32> ids = someTokens(kContext);
  const std::vector<std::vector<f32>> wanted = oneByOne(ids);
  Model model(kContent, 2, 2);
  for (i32 position : {0, 1, kChunk, 33, 40}) {
    model.reset();
    ASSERT_TRUE(model.prefill(ids.data(), position));
    ASSERT_TRUE(model.prefill(someTokens(50).data() + 7, 40));
    model.go_back(position);
    EXPECT_FALSE(model.has_logits());
    EXPECT_EQ(model.position(), position);
    if (position > 0) {
      ASSERT_TRUE(model.need_logits());
      EXPECT_EQ(model.position(), position);
      EXPECT_EQ(logitsOf(model), wanted[static_cast<std::size_t>(position - 1)]);
    }
    ASSERT_TRUE(model.step(ids[static_cast<std::size_t>(position)]));
    EXPECT_EQ(logitsOf(model), wanted[static_cast<std::size_t>(position)]);
    EXPECT_TRUE(std::equal(ids.begin(), ids.begin() + position + 1, model.tokens()));
  }
}

TEST(ModelHiddenStateTest, IsTheLastTokens) {
  const std::vector<i32> ids = someTokens(20);
  Model chunks(kContent, 2, 2), steps(kContent, 1, 1);
  ASSERT_TRUE(chunks.prefill(ids.data(), 20));
  for (i32 id : ids)
    ASSERT_TRUE(steps.step(id));
  EXPECT_TRUE(std::equal(chunks.hidden_state(), chunks.hidden_state() + kModel, steps.hidden_state()));
  EXPECT_EQ(chunks.hidden_state()[5], chunks.logits()[5]); // as these layers leave
  chunks.prefill_all(ids.data(), 3,
                     [&](i32 index, const f32 *logits) { EXPECT_EQ(chunks.hidden_state()[7], logits[7]) << index; });
}

TEST(ModelForgetTest, ComputesTheOthersAgain) {
  std::vector<i32> ids = someTokens(60);
  Model model(kContent, 2, 2);
  ASSERT_TRUE(model.prefill(ids.data(), 60));
  ASSERT_TRUE(model.forget(5, 20));
  ids.erase(ids.begin() + 5, ids.begin() + 25);
  EXPECT_EQ(model.position(), 40);
  EXPECT_TRUE(std::equal(ids.begin(), ids.end(), model.tokens()));
  EXPECT_EQ(logitsOf(model), oneByOne(ids).back());
  ASSERT_TRUE(model.forget(10, 30)); // nothing is left behind them
  ids.resize(10);
  ASSERT_TRUE(model.need_logits());
  EXPECT_EQ(logitsOf(model), oneByOne(ids).back());
}

TEST(ModelSharedTest, ModelsTakeTurns) {
  const std::vector<i32> ids = someTokens(50), others = {9, 8, 7, 6};
  const std::vector<std::vector<f32>> wanted = oneByOne(ids);
  Model first(kContent, 2, 2);
  ASSERT_TRUE(first.prefill(ids.data(), 40));
  auto second = std::make_unique<Model>(first.shared_engine());
  second->copy(first);
  EXPECT_EQ(second->position(), 40);
  EXPECT_FALSE(second->has_logits());
  ASSERT_TRUE(second->prefill(others.data(), 4)); // goes its own way
  EXPECT_FALSE(first.has_logits());
  ASSERT_TRUE(first.need_logits());
  EXPECT_EQ(logitsOf(first), wanted[39]);
  ASSERT_TRUE(first.step(ids[40]));
  EXPECT_EQ(logitsOf(first), wanted[40]);
  second->go_back(40);
  EXPECT_TRUE(first.has_logits()); // what others forget is none of its business
  ASSERT_TRUE(second->step(ids[40]));
  EXPECT_EQ(logitsOf(*second), wanted[40]);
  second.reset();
  ASSERT_TRUE(first.step(ids[41]));
  EXPECT_EQ(logitsOf(first), wanted[41]);
}

TEST(ModelSharedTest, AWishToStopIsForOneOfThem) {
  const std::vector<i32> ids = someTokens(4);
  Model first(kContent, 1, 1), second(first.shared_engine());
  ASSERT_TRUE(first.step(ids[0]));
  ASSERT_TRUE(second.step(ids[1]));
  first.cancel();
  EXPECT_TRUE(second.step(ids[2]));
  EXPECT_FALSE(first.need_logits());
  EXPECT_EQ(first.position(), 1);
  ASSERT_TRUE(first.need_logits());
  EXPECT_EQ(logitsOf(first), oneByOne(ids)[0]);
}

TEST(ModelCancelTest, TakesNoTokenAndGoesOn) {
  const std::vector<i32> ids = someTokens(2 * kChunk + 1);
  const std::vector<std::vector<f32>> wanted = oneByOne(ids);
  Model model(kContent, 2, 2);
  ASSERT_TRUE(model.step(ids[0]));
  model.cancel();
  EXPECT_FALSE(model.step(ids[1]));
  EXPECT_EQ(model.position(), 1);
  model.cancel();
  EXPECT_FALSE(model.prefill(ids.data() + 1, 2 * kChunk)); // of two chunks, both are forgotten
  EXPECT_EQ(model.position(), 1);
  ASSERT_TRUE(model.prefill(ids.data() + 1, 2 * kChunk)); // the wish was obeyed
  EXPECT_EQ(logitsOf(model), wanted.back());
  model.cancel();
  model.reset(); // takes it back
  EXPECT_TRUE(model.step(1));
}

TEST(ModelCancelTest, InTheMiddleOfSomethingLong) {
  const std::vector<i32> ids = someTokens(kContext);
  const std::vector<std::vector<f32>> wanted = oneByOne(ids);
  Model model(kContent, 2, 2);
  i32 cancelled = 0;
  for (i32 round = 0; round < 200; ++round) {
    model.reset();
    std::atomic<bool> started{false};
    std::thread asker([&] {
      started.wait(false);
      model.cancel();
    });
    started = true;
    started.notify_one();
    const bool done = model.prefill(ids.data(), kContext);
    asker.join();
    EXPECT_EQ(model.position(), done ? kContext : 0);
    if (done) {
      EXPECT_EQ(logitsOf(model), wanted.back());
    }
    cancelled += !done;
  }
  RecordProperty("cancelled", cancelled);
}

} // namespace
