//===- ScoreEncoderTest.cpp - Pieces by the sum of their scores -----------===//
//
// That ids are right is tested by tests/emitted/test_tokenizer_families.py against SentencePiece.
//
//===----------------------------------------------------------------------===//

#include "tests/unit/runtime/CountAllocations.h"
#include "tests/unit/runtime/FakeConstants.h"

#include "codegen/text/AnyTokenizer.h"
#include "codegen/weights/TokenizerTables.h"
#include "tests/unit/runtime/DamagedTables.h"

#include <cstring>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace {

/// A unigram vocabulary in which "ab" + "c" and "a" + "bc" have the same sum.
template <bool kSingle> struct ScoreKind {
  using Borders = AnyBorders;
  using Text = TextAsItIs;
  using Parts = TextAsItIs;
  using Pieces = WordPieces;
  static constexpr bool kCarriesSums = false, kSingleSums = kSingle;
  static constexpr bool kDropsFirstSpace = false;
  using Encoder = ScoreEncoder<ScoreKind>;
};

weebill::weights::TokenizerSource scoreSource() {
  weebill::weights::TokenizerSource source;
  source.tokens = {"?", "a", "b", "ab", "bc", "c", " ", "<"};
  source.special.assign(source.tokens.size(), false);
  source.bytes.assign(256, -1);
  source.bytes['<'] = 7;
  source.scores = {{"a", 1, -2}, {"b", 2, -9}, {"ab", 3, -3}, {"bc", 4, -3}, {"c", 5, -2}, {" ", 6, -1}};
  source.unknownScore = -19;
  return source;
}

template <bool kSingle = false>
std::vector<i32> encodeScored(const std::string &text,
                              const weebill::weights::TokenizerSource &source = scoreSource()) {
  const std::vector<uint8_t> blob = weebill::weights::buildTokenizerTables(source);
  const TokenizerTables names(blob.data(), blob.size());
  BasicTokenizer<ScoreKind<kSingle>> tokenizer(names, text.size());
  std::vector<i32> ids;
  ids.reserve(text.size());
  const unsigned long before = allocationCount;
  tokenizer.encode(text, [&](i32 id) { ids.push_back(id); });
  EXPECT_EQ(allocationCount, before);
  return ids;
}

TEST(ScoreEncoderTest, TheLargestSum) {
  EXPECT_EQ(encodeScored("ab"), (std::vector<i32>{3}));
  EXPECT_EQ(encodeScored("abc"), (std::vector<i32>{1, 4})) << "of equal sums the one that was found first";
  EXPECT_EQ(encodeScored("abab b"), (std::vector<i32>{3, 3, 6, 2}));
  EXPECT_EQ(encodeScored(""), std::vector<i32>{});
}

TEST(ScoreEncoderTest, WhatIsUnknown) {
  EXPECT_EQ(encodeScored("xy\xc3\xa9"
                         "a"),
            (std::vector<i32>{0, 1}))
      << "one token for all in a row";
  EXPECT_EQ(encodeScored("a<<b"), (std::vector<i32>{1, 7, 7, 2})) << "bytes, where all of them are tokens";
  EXPECT_EQ(encodeScored("<x"), (std::vector<i32>{0}));
  EXPECT_EQ(encodeScored("\xff\xc3"), (std::vector<i32>{0}));
}

/// "ab" costs a billionth more than "a" and "b": SentencePiece, which adds in single precision, does not see that.
TEST(ScoreEncoderTest, SumsInSinglePrecision) {
  weebill::weights::TokenizerSource source = scoreSource();
  source.scores = {{"a", 1, -1}, {"b", 2, -1 - 0.5e-9}, {"ab", 3, -2 - 1e-9}};
  EXPECT_EQ(encodeScored("ab", source), (std::vector<i32>{1, 2}));
  EXPECT_EQ(encodeScored<true>("ab", source), (std::vector<i32>{3}));
  source.scores = {{"a", 1, -1}, {"b", 2, -1 + 1e-9}, {"ab", 3, -2}};
  EXPECT_EQ(encodeScored<true>("ab", source), (std::vector<i32>{3})) << "found first";
}

/// Of several unknown characters in a row `tokenizers` asks whether they are a piece, SentencePiece does not.
TEST(ScoreEncoderTest, UnknownCharactersThatAreAPieceTogether) {
  weebill::weights::TokenizerSource source = scoreSource();
  source.scores.push_back({"xy", 6, -1000});
  EXPECT_EQ(encodeScored("xy", source), (std::vector<i32>{6}));
  EXPECT_EQ(encodeScored<true>("xy", source), (std::vector<i32>{0}));
}

TEST(ScoreEncoderTest, DamagedTables) {
  const std::vector<uint8_t> blob = weebill::weights::buildTokenizerTables(scoreSource());
  TokenizerHeader header;
  std::memcpy(&header, blob.data(), sizeof header);
  const u64 piece = header.scored + sizeof(ScoredPiece);
  expectDamaged(blob, offsetof(TokenizerHeader, unknown), 8);
  expectDamaged(blob, offsetof(TokenizerHeader, unknown), 0xffffffff);
  expectDamaged(blob, offsetof(TokenizerHeader, scored), header.scored + 4);
  expectDamaged(blob, offsetof(TokenizerHeader, scored_count), 0x40000000);
  expectDamaged(blob, piece + offsetof(ScoredPiece, text), header.text_bytes);
  expectDamaged(blob, piece + offsetof(ScoredPiece, bytes), 0xfffffff0);
  expectDamaged(blob, piece + offsetof(ScoredPiece, bytes), 0);
  expectDamaged(blob, piece + offsetof(ScoredPiece, id), 8);
}

} // namespace
