// The tokenizer inside a GGUF file: bytes of tokens, merges as ids, pieces with scores, and notes about what is taken
// otherwise. What is refused: GgufTokenizerRefusalsTest.cpp.

#include "compiler/import/sentencepiece/CharacterMap.h"

#include "CharacterMapBuilder.h"
#include "GgufBuilder.h"

#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

const std::string kSpace = "\xc4\xa0"; // U+0120, the letter of a space

TEST(GgufTokenizerTest, ReadsTokensAndMerges) {
  const importer::ImportedModel model = import(smallLlama());
  ASSERT_TRUE(model.tokenizer);
  const importer::TokenizerData &data = *model.tokenizer;
  EXPECT_EQ(model.tokenizerProblem, "");
  EXPECT_EQ(data.kind.pieces, weights::TokenizerKind::Pieces::Gpt2);
  EXPECT_EQ(data.tokens,
            (std::vector<std::string>{"<|im_start|>", "<|im_end|>", "<note>", "a", "b", " ", "ab", " a", "c", "abc"}));
  EXPECT_EQ(data.special, (std::vector<bool>{1, 1, 0, 0, 0, 0, 0, 0, 0, 0}));
  ASSERT_EQ(data.added.size(), 3u);
  for (int32_t id : {0, 1, 2}) {
    EXPECT_EQ(data.added[size_t(id)].id, id);
    EXPECT_EQ(data.added[size_t(id)].text, data.tokens[size_t(id)]);
  }
  EXPECT_EQ(data.bytes['a'], 3);
  EXPECT_EQ(data.bytes[' '], 5);
  EXPECT_EQ(data.bytes['d'], -1);
  EXPECT_TRUE(data.words.empty());
  ASSERT_EQ(data.merges.size(), 3u);
  const int32_t expected[3][3] = {{3, 4, 6}, {5, 3, 7}, {6, 8, 9}};
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(data.merges[i].left, expected[i][0]);
    EXPECT_EQ(data.merges[i].right, expected[i][1]);
    EXPECT_EQ(data.merges[i].result, expected[i][2]);
    EXPECT_EQ(data.merges[i].rank, i);
  }
  EXPECT_EQ(data.beginning, 0);
  EXPECT_EQ(data.end, 1);
  EXPECT_FALSE(data.addsBeginning());
}

TEST(GgufTokenizerTest, ReadsTheOptions) {
  GgufBuilder builder = smallLlama();
  builder.setText("tokenizer.ggml.pre", "smollm");
  builder.setFlag("tokenizer.ggml.add_bos_token", true);
  builder.remove("tokenizer.ggml.eos_token_id");
  const importer::ImportedModel model = import(builder);
  ASSERT_TRUE(model.tokenizer);
  EXPECT_EQ(model.tokenizer->kind.pieces, weights::TokenizerKind::Pieces::Smollm);
  EXPECT_TRUE(model.tokenizer->addsBeginning());
  EXPECT_EQ(model.tokenizer->end, -1);
}

TEST(GgufTokenizerTest, Llama3) {
  GgufBuilder builder = smallLlama();
  builder.setText("tokenizer.ggml.pre", "llama-bpe");
  const importer::ImportedModel model = import(builder);
  ASSERT_TRUE(model.tokenizer);
  EXPECT_EQ(model.tokenizer->kind.pieces, weights::TokenizerKind::Pieces::Llama3);
  EXPECT_EQ(model.tokenizer->kind.form, weights::TokenizerKind::Form::AsItIs);
  EXPECT_TRUE(model.tokenizer->kind.wholeWords);
  EXPECT_EQ(model.tokenizer->words.size(), 7u); // all but the three that are matched as whole text
  EXPECT_TRUE(model.tokenizer->addsBeginning()) << "unless the file says otherwise";
  builder.setFlag("tokenizer.ggml.add_bos_token", false);
  EXPECT_FALSE(import(builder).tokenizer->addsBeginning());
}

TEST(GgufTokenizerTest, Qwen) {
  GgufBuilder builder = smallLlama();
  builder.setText("tokenizer.ggml.pre", "qwen2");
  const importer::ImportedModel model = import(builder);
  ASSERT_TRUE(model.tokenizer);
  EXPECT_EQ(model.tokenizer->kind.pieces, weights::TokenizerKind::Pieces::Qwen);
  EXPECT_EQ(model.tokenizer->kind.form, weights::TokenizerKind::Form::C);
  EXPECT_FALSE(model.tokenizer->addsBeginning());
}

TEST(GgufTokenizerTest, AModelMayHaveNone) {
  GgufBuilder builder = smallLlama();
  builder.remove("tokenizer.ggml.model");
  const importer::ImportedModel model = import(builder);
  EXPECT_FALSE(model.tokenizer);
  EXPECT_EQ(model.tokenizerProblem, "");
  EXPECT_FALSE(model.chat);
  EXPECT_EQ(model.chatProblem, "the chat template needs the tokenizer, and there is none that is supported");
}

/// Rows that no text becomes: padding in every spelling, the second of one text, letters that stand for no byte.
TEST(GgufTokenizerTest, WhatNoTextBecomesDoesNoHarm) {
  for (int32_t type : {1, 3, 4, 5})
    for (const char *last : {"a", "<note>", "a c", ""}) {
      GgufBuilder builder = smallLlama();
      builder.setTexts("tokenizer.ggml.tokens",
                       {"<|im_start|>", "<|im_end|>", "<note>", "a", "b", kSpace, "ab", kSpace + "a", "abc", last});
      builder.setIntegers("tokenizer.ggml.token_type", {3, 3, 4, 1, 1, 1, 1, 1, 1, type});
      builder.setTexts("tokenizer.ggml.merges", {"a b"});
      const importer::ImportedModel model = import(builder);
      ASSERT_TRUE(model.tokenizer) << last << type;
      EXPECT_EQ(model.tokenizer->tokens[9], last);
      EXPECT_EQ(model.tokenizer->bytes['a'], 3);
      const bool matched = last == std::string("a c") && (type == 3 || type == 4);
      EXPECT_EQ(model.tokenizer->added.size(), matched ? 4u : 3u) << last << type;
      EXPECT_EQ(model.tokenizer->special[9], type == 3);
    }
  GgufBuilder builder = smallLlama(); // padding in front of the token that it is called like
  builder.setIntegers("tokenizer.ggml.token_type", {5, 3, 4, 1, 1, 1, 1, 1, 1, 1});
  builder.setTexts("tokenizer.ggml.tokens",
                   {"a", "<|im_end|>", "<note>", "a", "b", kSpace, "ab", kSpace + "a", "c", "abc"});
  EXPECT_EQ(import(builder).tokenizer->merges[0].left, 3);
}

TEST(GgufTokenizerTest, MoreOrFewerTokensThanRows) {
  GgufBuilder builder = smallLlama();
  builder.removeTensor("token_embd.weight");
  builder.addFloats("token_embd.weight", 12, 8, std::vector<float>(96, 0.5f));
  const importer::ImportedModel fewer = import(builder);
  ASSERT_TRUE(fewer.tokenizer);
  EXPECT_EQ(fewer.tokenizer->tokens.size(), 12u);
  EXPECT_EQ(fewer.tokenizer->tokens[11], "");
  builder = smallLlama();
  builder.setTexts("tokenizer.ggml.tokens",
                   {"<|im_start|>", "<|im_end|>", "<note>", "a", "b", kSpace, "ab", kSpace + "a", "c", "abc", "[PAD]"});
  builder.setIntegers("tokenizer.ggml.token_type", {3, 3, 4, 1, 1, 1, 1, 1, 1, 1, 3});
  const importer::ImportedModel more = import(builder);
  ASSERT_TRUE(more.tokenizer);
  EXPECT_EQ(more.tokenizer->tokens.size(), 10u);
  EXPECT_EQ(more.tokenizer->added.size(), 3u);
}

TEST(GgufTokenizerTest, ABeginningThatIsNone) {
  GgufBuilder builder = smallLlama();
  builder.setInteger("tokenizer.ggml.bos_token_id", UINT32_MAX); // -1
  EXPECT_EQ(import(builder).tokenizer->beginning, -1);
  EXPECT_TRUE(import(builder).notes.empty());
  builder.setInteger("tokenizer.ggml.bos_token_id", 10);
  EXPECT_EQ(import(builder).tokenizer->beginning, -1);
  EXPECT_EQ(import(builder).notes, std::vector<std::string>{"token 10 of 'tokenizer.ggml.bos_token_id' is outside the "
                                                            "vocabulary of 10 and is not used"});
}

TEST(GgufTokenizerTest, AGuessIsSaid) {
  GgufBuilder builder = smallLlama();
  builder.setText("tokenizer.ggml.pre", "default");
  const importer::ImportedModel model = import(builder);
  ASSERT_TRUE(model.tokenizer);
  ASSERT_EQ(model.notes.size(), 1u);
  EXPECT_EQ(model.notes[0].find("'tokenizer.ggml.pre' is 'default', and nothing else tells"), 0u);
}

TEST(GgufTokenizerTest, WhatStandsBehindATextIsNoted) {
  GgufBuilder builder = smallLlama();
  builder.setFlag("tokenizer.ggml.add_eos_token", true);
  const importer::ImportedModel model = import(builder);
  ASSERT_TRUE(model.tokenizer);
  ASSERT_GE(model.tokenizer->end, 0);
  EXPECT_EQ(model.tokenizer->behind, model.tokenizer->tokens[size_t(model.tokenizer->end)]);
  EXPECT_NE(model.notes.back().find("behind every text; programs do not"), std::string::npos);
}

/// The small model's ten tokens as a unigram vocabulary.
GgufBuilder unigram() {
  GgufBuilder builder = smallLlama();
  builder.setText("tokenizer.ggml.model", "t5");
  builder.setIntegers("tokenizer.ggml.token_type", {2, 3, 4, 1, 1, 1, 1, 1, 1, 5});
  std::string scores = bytesOf<uint32_t>(6) + bytesOf<uint64_t>(10); // real numbers, ten of them
  for (float score : {0.f, 0.f, 0.f, -1.f, -2.f, -3.f, -1.5f, -4.f, -5.f, -6.f})
    scores += bytesOf(score);
  builder.set("tokenizer.ggml.scores", 9, scores);
  builder.setFlag("tokenizer.ggml.add_eos_token", false);
  return builder;
}

void setMap(GgufBuilder &builder, uint32_t type, const std::string &map) {
  builder.set("tokenizer.ggml.precompiled_charsmap", 9, bytesOf(type) + bytesOf<uint64_t>(map.size()) + map);
}

TEST(GgufTokenizerTest, UnigramVocabulary) {
  using Kind = weights::TokenizerKind;
  GgufBuilder builder = unigram();
  const importer::ImportedModel plain = import(builder);
  ASSERT_TRUE(plain.tokenizer) << plain.tokenizerProblem;
  EXPECT_TRUE(plain.tokenizer->kind.byScores);
  EXPECT_EQ(plain.tokenizer->kind.spaceBefore, Kind::SpaceBefore::Nothing) << "as llama.cpp takes it";
  EXPECT_EQ(plain.tokenizer->kind.fewerSpaces, Kind::FewerSpaces::Kept);
  EXPECT_FALSE(plain.tokenizer->addsBeginning());
  EXPECT_EQ(plain.tokenizer->unknown, 0);
  EXPECT_EQ(plain.tokenizer->unknownScore, -15);

  builder.setFlag("tokenizer.ggml.remove_extra_whitespaces", true);
  builder.setFlag("tokenizer.ggml.add_space_prefix", true);
  for (uint32_t type : {0, 1}) { // 8 bits with and without a sign
    setMap(builder, type, characterMap({{"a", "x"}}));
    const importer::ImportedModel mapped = import(builder);
    EXPECT_EQ(mapped.tokenizer->kind.fewerSpaces, Kind::FewerSpaces::NoneAround);
    EXPECT_EQ(mapped.tokenizer->kind.spaceBefore, Kind::SpaceBefore::EveryPart);
    EXPECT_TRUE(sentencepiece::hasTextOf(mapped.tokenizer->map, "ba"));
    EXPECT_FALSE(sentencepiece::hasTextOf(mapped.tokenizer->map, "b"));
  }
  setMap(builder, 0, "abc");
  EXPECT_NE(importError(builder).find("metadata 'tokenizer.ggml.precompiled_charsmap': has 3 bytes"),
            std::string::npos);
  builder.setInteger("tokenizer.ggml.precompiled_charsmap", 5);
  EXPECT_NE(importError(builder).find("is uint32, not an array of 8-bit integers"), std::string::npos);
}

} // namespace
} // namespace weebill::tests
