//===- TokenizerTest.cpp - Special tokens, pieces, limits -----------------------===//
//
// That ids are right is tested by tests/emitted/test_tokenizer.py against the `tokenizers` package.
//
//===----------------------------------------------------------------------===//

#include "tests/unit/runtime/CountAllocations.h"
#include "tests/unit/runtime/FakeConstants.h"

#include "codegen/text/AnyTokenizer.h"
#include "codegen/weights/TokenizerTables.h"
#include "tests/unit/runtime/ExpectFailure.h"

#include <cstring>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace {

using Tokenizer = BasicTokenizer<AnyKind<SmollmPieces, ByteSymbols>>;

/// All bytes but 0xff and `q`, then marks, of which one begins with another, then the merges a+b and ab+c.
std::vector<uint8_t> tables() {
  weebill::weights::TokenizerSource source;
  source.kind.pieces = weebill::weights::TokenizerKind::Pieces::Smollm;
  source.bytes.assign(256, -1);
  for (int byte = 0; byte < 255; ++byte) {
    source.tokens.push_back(byte == 'q' ? "" : std::string{static_cast<char>(byte)});
    source.bytes[static_cast<size_t>(byte)] = byte == 'q' ? -1 : byte;
  }
  for (const char *text : {"<x>", "<x>y", "<u>", "ab", "abc"})
    source.tokens.push_back(text);
  source.special.assign(source.tokens.size(), false);
  source.special[255] = source.special[256] = true;
  source.added = {{255, "<x>"}, {256, "<x>y"}, {257, "<u>"}};
  source.merges = {{'a', 'b', 258, 0}, {258, 'c', 259, 1}};
  return weebill::weights::buildTokenizerTables(source);
}

class TokenizerTest : public testing::Test {
protected:
  std::vector<i32> encode(const std::string &text, LiteralRange literal = {}) {
    Tokenizer tokenizer(names, text.size());
    std::vector<i32> ids;
    tokenizer.encode(text, [&](i32 id) { ids.push_back(id); }, literal);
    return ids;
  }

  std::vector<uint8_t> blob = tables();
  TokenizerTables names{blob.data(), blob.size()};
};

TEST_F(TokenizerTest, MergesByRank) { EXPECT_EQ(encode("abcab"), (std::vector<i32>{259, 258})); }

TEST_F(TokenizerTest, SpecialTokensAreLeftmostLongest) {
  EXPECT_EQ(encode("a<x>yb"), (std::vector<i32>{'a', 256, 'b'}));
  EXPECT_EQ(encode("<x>z<<x>"), (std::vector<i32>{255, 'z', '<', 255}));
  EXPECT_EQ(encode("<x"), (std::vector<i32>{'<', 'x'}));
}

TEST_F(TokenizerTest, ALiteralRangeHasNoSpecialTokens) {
  EXPECT_EQ(encode("<x><x><x>", {3, 6}), (std::vector<i32>{255, '<', 'x', '>', 255}));
  EXPECT_EQ(encode("<x>", {1, 3}), (std::vector<i32>{255})) << "what begins before the range is not in it";
  EXPECT_EQ(encode("<x>y", {0, 2}), (std::vector<i32>{'<', 'x', '>', 'y'}));
}

/// Beside what is no word: signs, spaces, borders of the text, bytes that are no character.
TEST(WordBordersTest, ASingleWord) {
  const AddedToken word{0, 0, 2, kIsSingleWord}, any{0, 0, 2, 0};
  const auto allows = [](const AddedToken &token, std::string_view before, std::string_view after) {
    const std::string text = std::string(before) + "ab" + std::string(after);
    return WordBorders::allow(token, text, before.size(), before.size() + 2);
  };
  for (const char *none : {"", " ", ".", "-", "\xe2\x96\x81", "\xff", "\xc3", "\xf0\x9f\x98\x80"}) {
    EXPECT_TRUE(allows(word, none, none)) << none;
    for (const char *letter : {"a", "_", "7", "\xc3\xa9", "\xe4\xb8\xad", "\xf0\x9d\x94\xb8", "\xcc\x81"}) {
      EXPECT_FALSE(allows(word, letter, none)) << letter;
      EXPECT_FALSE(allows(word, none, letter)) << letter;
      EXPECT_TRUE(allows(any, letter, letter)) << letter;
    }
  }
}

// As the reference does: what stands beside it may even be merged, if it is in the same piece.
TEST_F(TokenizerTest, AByteWithoutATokenIsLeftOut) {
  EXPECT_EQ(encode("aqb"), (std::vector<i32>{258}));
  EXPECT_EQ(encode("a\xff"
                   "b"),
            (std::vector<i32>{'a', 'b'}));
  EXPECT_EQ(encode("q\xff"), std::vector<i32>{});
}

TEST_F(TokenizerTest, NothingIsNoToken) { EXPECT_EQ(encode(""), std::vector<i32>{}); }

TEST_F(TokenizerTest, KnowsTextsAndWhatIsPrinted) {
  EXPECT_EQ(names.token_text(259), "abc");
  EXPECT_EQ(names.token_text('a'), "a");
  EXPECT_TRUE(names.is_printed('a'));
  EXPECT_FALSE(names.is_printed(255)); // control
  EXPECT_TRUE(names.is_printed(257));  // user-defined
  for (i32 outside : {-1, 260, 1 << 30}) {
    EXPECT_EQ(names.token_text(outside), "");
    EXPECT_FALSE(names.is_printed(outside));
  }
}

TEST_F(TokenizerTest, TheWorkspaceIsThatOfTheLongestPiece) {
  const std::string text = "ab 12345 xxxxxxx yy";
  const Tokenizer::Room room = Tokenizer::room_for(names, text);
  EXPECT_EQ(room.piece, 8u); // " xxxxxxx"
  Tokenizer tokenizer(names, room);
  std::string spelled;
  tokenizer.encode(text, [&](i32 id) { spelled += names.token_text(id); });
  EXPECT_EQ(spelled, text);
}

TEST_F(TokenizerTest, ATooLongPieceIsRefused) {
  Tokenizer tokenizer(names, 4);
  EXPECT_FAILURE(tokenizer.encode("xxxxx", [](i32) {}), 1, "a word of 5 bytes is longer than the 4");
}

TEST_F(TokenizerTest, AllocatesNothing) {
  const std::string text = "abc <x> ab\xff 12 abababab  cab\n";
  Tokenizer tokenizer(names, text.size());
  i64 sum = 0;
  const unsigned long before = allocationCount;
  EXPECT_GT(before, 0u); // it counts
  tokenizer.encode(text, [&](i32 id) { sum += id; });
  EXPECT_EQ(allocationCount, before);
  EXPECT_GT(sum, 0);
}

TEST_F(TokenizerTest, AnotherSectionIsRefused) {
  blob[0] ^= 1;
  EXPECT_FAILURE((TokenizerTables{blob.data(), blob.size()}), 1, "has no tokenizer");
}

/// A number of the tables, replaced.
struct Damage {
  const char *what;
  u32 TokenizerHeader::*array; // where in the blob, or nullptr: in the header itself
  u32 offset, number;
};

// The tables above: 260 tokens, 3 of them special, 2 merges in 8 slots.
const Damage kDamages[] = {
    {"bytes", nullptr, offsetof(TokenizerHeader, blob_bytes), 64},
    {"fewer tokens than ids", nullptr, offsetof(TokenizerHeader, vocabulary), 255},
    {"more tokens than there is room for", nullptr, offsetof(TokenizerHeader, vocabulary), 0x7ffffffe},
    {"a vocabulary beyond ids", nullptr, offsetof(TokenizerHeader, vocabulary), ~0u},
    {"no slots", nullptr, offsetof(TokenizerHeader, merge_slots), 0},
    {"slots that are no power of two", nullptr, offsetof(TokenizerHeader, merge_slots), 7},
    {"slots beyond the end", nullptr, offsetof(TokenizerHeader, merge_slots), 1u << 31},
    {"specials beyond the end", nullptr, offsetof(TokenizerHeader, added_count), 1u << 30},
    {"an array beyond the end", nullptr, offsetof(TokenizerHeader, token_offsets), 0xfffffff0},
    {"an array at an odd place", nullptr, offsetof(TokenizerHeader, merges), 65},
    {"text beyond the end", nullptr, offsetof(TokenizerHeader, token_text), 0xffffffff},
    {"a byte's token", &TokenizerHeader::byte_tokens, 4 * 'a', 260},
    {"a byte's negative token", &TokenizerHeader::byte_tokens, 4 * 'a', static_cast<u32>(-2)},
    {"a text that ends before it begins", &TokenizerHeader::token_offsets, 4 * 7, 9999},
    {"the end of all texts", &TokenizerHeader::token_offsets, 4 * 260, 1u << 20},
    {"an added token", &TokenizerHeader::added, offsetof(AddedToken, id), 260},
    {"an added token's text", &TokenizerHeader::added, offsetof(AddedToken, text), 1u << 30},
    {"an added token without text", &TokenizerHeader::added, offsetof(AddedToken, bytes), 0},
    {"words beyond the end", nullptr, offsetof(TokenizerHeader, word_slots), 1u << 31},
    {"a word and no empty slot", &TokenizerHeader::words, offsetof(WordSlot, id), 5},
    {"decompositions beyond the end", nullptr, offsetof(TokenizerHeader, decomposition_count), 1u << 31},
    {"classes at an odd place", nullptr, offsetof(TokenizerHeader, classes), 65},
};

class TokenizerDamageTest : public testing::TestWithParam<Damage> {};

TEST_P(TokenizerDamageTest, IsRefused) {
  const Damage &damage = GetParam();
  std::vector<uint8_t> blob = tables();
  TokenizerHeader header;
  std::memcpy(&header, blob.data(), sizeof header);
  const u32 at = (damage.array != nullptr ? header.*damage.array : 0) + damage.offset;
  ASSERT_LE(at + sizeof damage.number, blob.size());
  std::memcpy(blob.data() + at, &damage.number, sizeof damage.number);
  SCOPED_TRACE(damage.what);
  EXPECT_FAILURE((TokenizerTables{blob.data(), blob.size()}), 1, "the tokenizer in the weights file is damaged");
}

INSTANTIATE_TEST_SUITE_P(Numbers, TokenizerDamageTest, testing::ValuesIn(kDamages));

TEST(TokenizerDamageTest, Merges) {
  std::vector<uint8_t> blob = tables();
  TokenizerHeader header;
  std::memcpy(&header, blob.data(), sizeof header);
  std::vector<MergeSlot> slots(header.merge_slots);
  const auto error = [&](auto change) {
    std::vector<uint8_t> changed = blob;
    std::memcpy(slots.data(), blob.data() + header.merges, slots.size() * sizeof(MergeSlot));
    change();
    std::memcpy(changed.data() + header.merges, slots.data(), slots.size() * sizeof(MergeSlot));
    EXPECT_FAILURE((TokenizerTables{changed.data(), changed.size()}), 1, "is damaged");
  };
  error([&] {
    for (MergeSlot &slot : slots)
      slot.result = slot.left == kNoMerge ? 0 : 260;
  });
  error([&] {
    for (MergeSlot &slot : slots) // a search for a pair that is not there would not end
      slot = {1, 2, 0, 3};
  });
}

TEST(TokenizerTablesTest, IdsOutOfRangeAreRefused) {
  weebill::weights::TokenizerSource source;
  source.tokens = {"a", "b"};
  source.special = {false, false};
  source.bytes.assign(256, -1);
  source.merges = {{0, 1, 2, 0}};
  EXPECT_THROW(weebill::weights::buildTokenizerTables(source), std::runtime_error);
  source.merges = {{-1, 1, 0, 0}};
  EXPECT_THROW(weebill::weights::buildTokenizerTables(source), std::runtime_error);
  source.merges = {};
  EXPECT_NO_THROW(weebill::weights::buildTokenizerTables(source));
  source.added = {{2, "x"}};
  EXPECT_THROW(weebill::weights::buildTokenizerTables(source), std::runtime_error);
  source.added = {};
  source.words = {{"x", -1}};
  EXPECT_THROW(weebill::weights::buildTokenizerTables(source), std::runtime_error);
  source.words = {};
  source.bytes[7] = 2;
  EXPECT_THROW(weebill::weights::buildTokenizerTables(source), std::runtime_error);
  source.bytes[7] = -1;
  source.special.pop_back();
  EXPECT_THROW(weebill::weights::buildTokenizerTables(source), std::runtime_error);
}

} // namespace
