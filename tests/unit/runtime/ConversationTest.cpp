//===- ConversationTest.cpp - Pieces, ways back, states ---------------------===//

#include "tests/unit/runtime/CountAllocations.h"
#include "tests/unit/runtime/FakeConstants.h"
#include "tests/unit/runtime/FakeLayers.h"

namespace forward = fake;

#include "tests/unit/runtime/WholeTextTokenizer.h"

#include "runtime/no_opening_state.h"

#include "runtime/saved_state.h"
#include "tests/unit/runtime/ExpectFailure.h"

#include <gtest/gtest.h>
#include <memory>
#include <vector>

namespace {

const f32 kFactors[kBlocks] = {3, 5};
const u8 *const kContent = reinterpret_cast<const u8 *>(kFactors);

std::unique_ptr<Conversation> make(SamplerSettings sampling = {}) {
  return std::make_unique<Conversation>(std::make_shared<Engine>(kContent, 2, 2), nullptr, sampling);
}

void say(Conversation &conversation, i32 count, i32 seed = 1) {
  conversation.begin_prompt();
  for (i32 index = 0; index < count; ++index)
    conversation.prompt.add((seed * 17 + 5 * index) % 256);
  ASSERT_EQ(conversation.read_prompt(true), End::None);
}

std::vector<i32> answer(Conversation &conversation, i32 count) {
  std::vector<i32> ids;
  for (i32 index = 0; index < count; ++index)
    ids.push_back(conversation.next().id);
  return ids;
}

const SamplerSettings kSampling = {.temperature = 300, .repeat_penalty = 1.1f, .seed = 5};

/// Bytes of a conversation's state.
std::vector<u8> saved(Conversation &conversation) {
  std::vector<u8> bytes(saved_state_bytes(conversation.model, conversation.model.position()));
  save_state(conversation, bytes.data());
  return bytes;
}

TEST(ConversationTest, TheLastTokenComesWithTheNextPrompt) {
  const auto conversation = make(kSampling);
  say(*conversation, 5);
  const std::vector<i32> ids = answer(*conversation, 4);
  EXPECT_EQ(conversation->model.position(), 8);
  EXPECT_EQ(conversation->unread, ids.back());
  EXPECT_TRUE(conversation->is_open());
  say(*conversation, 3, 2);
  EXPECT_EQ(conversation->model.position(), 12);
  EXPECT_EQ(conversation->model.tokens()[8], ids.back());
  EXPECT_EQ(conversation->unread, -1);
}

TEST(ConversationTest, AFullContextCanBeGoneOnFrom) {
  const auto conversation = make();
  say(*conversation, kContext);
  const i32 id = conversation->next().id;
  EXPECT_EQ(conversation->next().end, End::ContextFull);
  EXPECT_EQ(conversation->next().end, End::ContextFull);
  EXPECT_EQ(conversation->unread, id);
  ASSERT_TRUE(conversation->forget(3, 40));
  EXPECT_EQ(conversation->next().end, End::None);
  EXPECT_EQ(conversation->model.tokens()[kContext - 40], id);
  conversation->prompt.clear();
  for (i32 index = 0; index < kContext; ++index)
    conversation->prompt.add(1);
  EXPECT_EQ(conversation->read_prompt(false), End::ContextFull);
  EXPECT_EQ(conversation->model.position(), kContext - 39);
}

TEST(ConversationTest, ACancelledTokenIsTakenLater) {
  const auto conversation = make();
  say(*conversation, 4);
  const std::vector<i32> wanted = answer(*conversation, 5);
  conversation->reset();
  say(*conversation, 4);
  EXPECT_EQ(answer(*conversation, 2), (std::vector<i32>{wanted[0], wanted[1]}));
  conversation->model.cancel();
  EXPECT_EQ(conversation->next().end, End::Cancelled);
  EXPECT_EQ(answer(*conversation, 3), (std::vector<i32>{wanted[2], wanted[3], wanted[4]}));
}

TEST(ConversationTest, ANextTokenAllocatesNothing) {
  const auto conversation = make(kSampling);
  say(*conversation, 20);
  const auto answerUnseen = [&](i32 count) {
    for (i32 index = 0; index < count; ++index)
      conversation->next();
  };
  const unsigned long before = allocationCount;
  answerUnseen(20);
  say(*conversation, 20);
  answerUnseen(5);
  conversation->go_back(10);
  answerUnseen(5);
  EXPECT_EQ(allocationCount, before);
}

TEST(SavedStateTest, GoesOnWithTheSameBits) {
  for (i32 count : {1, kChunk, 40}) {
    const auto first = make(kSampling), second = make(kSampling);
    say(*first, count);
    answer(*first, 7);
    const std::vector<u8> state = saved(*first);
    EXPECT_EQ(state.size() % 64, 0u);
    say(*second, 60, 9); // something else
    restore_state(*second, "it", state.data(), state.size());
    EXPECT_EQ(saved(*second), state);
    EXPECT_EQ(second->unread, first->unread);
    first->sampler.set(kSampling);
    second->sampler.set(kSampling);
    EXPECT_EQ(answer(*second, 20), answer(*first, 20));
    EXPECT_EQ(saved(*second), saved(*first));
  }
}

TEST(SavedStateTest, NothingOfWhatWasForgottenIsInIt) {
  const auto first = make(), second = make();
  say(*first, 60, 3);
  first->go_back(0);
  say(*first, 20);
  say(*second, 20);
  EXPECT_EQ(saved(*first), saved(*second));
}

TEST(SavedStateTest, AnEmptyOneToo) {
  const auto conversation = make();
  const std::vector<u8> state = saved(*conversation);
  say(*conversation, 3);
  restore_state(*conversation, "it", state.data(), state.size());
  EXPECT_TRUE(conversation->is_empty());
}

class WrongStateTest : public testing::Test {
protected:
  WrongStateTest() {
    say(*conversation, 21);
    answer(*conversation, 3);
    state = saved(*conversation);
    std::memcpy(&header, state.data(), sizeof header);
  }

  /// Writes the header and a hash that fits.
  void seal() {
    header.body_hash = content_hash(state.data() + 64, state.size() / 64 * 64 - 64);
    std::memcpy(state.data(), &header, sizeof header);
  }
  void expectRefusal(const std::string &sentence) {
    const std::vector<u8> before = saved(*conversation);
    EXPECT_FAILURE(restore_state(*conversation, "it", state.data(), state.size()), 1, sentence);
    EXPECT_EQ(saved(*conversation), before); // nothing has changed
  }

  std::unique_ptr<Conversation> conversation = make();
  std::vector<u8> state;
  SavedStateHeader header;
};

TEST_F(WrongStateTest, CutOrGrown) {
  const std::vector<u8> whole = state;
  for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
    state.assign(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(bytes));
    expectRefusal(bytes < 64 ? "^it is cut: it has " : "^it is cut or grown: it has ");
  }
  state = whole;
  state.resize(whole.size() + 64);
  expectRefusal("cut or grown");
}

TEST_F(WrongStateTest, EveryFlippedBit) {
  for (std::size_t byte = 0; byte < state.size(); ++byte) {
    if (byte >= 52 && byte < 64) // kept and unread, which are any numbers that make sense, and what is reserved
      continue;
    state[byte] ^= static_cast<u8>(1 << byte % 8);
    expectRefusal("^it ");
    state[byte] ^= static_cast<u8>(1 << byte % 8);
  }
}

TEST_F(WrongStateTest, AnotherModels) {
  header.model_hash = 5;
  seal();
  expectRefusal("^it is another model's: its weights are 0000000000000005, this program's 0123456789abcdef");
  header.model_hash = kContentHash;
  header.state_hash = 6;
  seal();
  expectRefusal("other numbers or another cache: 0000000000000006");
  header.state_hash = kStateHash;
  header.format_version = 2;
  seal();
  expectRefusal("has format 2 .* reads format 1");
}

TEST_F(WrongStateTest, NumbersThatMakeNoSense) {
  const SavedStateHeader good = header;
  for (i32 positions : {-1, kContext + 1, 1 << 30}) {
    header.positions = positions;
    seal();
    expectRefusal("^it has -?[0-9]+ tokens, the context holds 96");
  }
  for (i32 positions : {0, 5, kContext}) {
    header.positions = positions;
    seal();
    expectRefusal("cut or grown");
  }
  header = good;
  for (i32 kept : {-1, header.positions + 1}) {
    header.kept = kept;
    seal();
    expectRefusal("makes no sense");
  }
  header = good;
  for (i32 unread : {-2, kVocabulary}) {
    header.unread = unread;
    seal();
    expectRefusal("makes no sense");
  }
  header = good;
  for (i32 id : {-1, kVocabulary, INT32_MIN}) {
    std::memcpy(state.data() + 64 + 4 * 3, &id, 4);
    seal();
    expectRefusal("outside of the vocabulary of 300");
  }
}

} // namespace
