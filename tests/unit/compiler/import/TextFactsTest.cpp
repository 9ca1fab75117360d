// What people are told of a model's text: with everything, with a part missing, with nothing.

#include "compiler/import/TextFacts.h"

#include "GgufBuilder.h"

#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

std::string factsOf(const GgufBuilder &builder) {
  std::string all;
  for (const importer::TextFact &fact : importer::textFacts(import(builder)))
    all += fact.name + ": " + fact.value + "\n";
  return all;
}

TEST(TextFactsTest, AModelWithEverything) {
  GgufBuilder builder = smallLlama();
  builder.setText("tokenizer.ggml.pre", "llama-bpe");
  EXPECT_EQ(factsOf(builder), "tokenizer: byte-level BPE, text cut as Llama 3's\n"
                              "chat: yes\n"
                              "answers of tools: yes\n"
                              "beginning token: 0 '<|im_start|>', before every text\n"
                              "stop tokens: 1 '<|im_end|>'\n");
}

TEST(TextFactsTest, WhatIsMissing) {
  GgufBuilder builder = smallLlama();
  builder.setText("tokenizer.ggml.model", "bert");
  EXPECT_EQ(factsOf(builder),
            "tokenizer: none: the tokenizer is of kind 'bert', supported are 'gpt2' (byte-level BPE), "
            "'llama' (SentencePiece's BPE) and 't5' (its unigram vocabularies)\n"
            "chat: none: the chat template needs the tokenizer, and there is none that is supported\n"
            "beginning token: none\n"
            "stop tokens: 1\n");
}

TEST(TextFactsTest, WhatStandsBeforeEveryText) {
  importer::ImportedModel model;
  model.tokenizer.emplace();
  model.tokenizer->tokens = {"[gMASK]", "<sop>", "<s>"};
  const auto fact = [&] {
    const importer::TextFact found = importer::textFacts(model)[2];
    return found.name + ": " + found.value;
  };
  EXPECT_EQ(fact(), "beginning token: none");
  model.tokenizer->beginning = 2;
  EXPECT_EQ(fact(), "beginning token: 2 '<s>', in chats that have it only");
  model.tokenizer->before = {2};
  EXPECT_EQ(fact(), "beginning token: 2 '<s>', before every text");
  model.tokenizer->before = {0, 1};
  EXPECT_EQ(fact(), "beginning tokens: 0 '[gMASK]', 1 '<sop>', before every text");
}

TEST(TextFactsTest, UnigramVocabularies) {
  importer::ImportedModel model;
  model.tokenizer.emplace();
  model.tokenizer->kind.byScores = true;
  EXPECT_EQ(importer::tokenizerName(model), "SentencePiece's unigram vocabulary");
  model.tokenizer->kind.form = weights::TokenizerKind::Form::KC;
  EXPECT_EQ(importer::tokenizerName(model), "SentencePiece's unigram vocabulary, text in form NFKC");
  model.tokenizer->kind.form = weights::TokenizerKind::Form::Map;
  EXPECT_EQ(importer::tokenizerName(model), "SentencePiece's unigram vocabulary");
  model.tokenizer->map.units = {0};
  EXPECT_EQ(importer::tokenizerName(model), "SentencePiece's unigram vocabulary, text by its map of characters");
}

TEST(TextFactsTest, WhatTheFileDoesNotHave) {
  GgufBuilder builder = smallLlama();
  for (const char *key :
       {"tokenizer.chat_template", "tokenizer.ggml.model", "tokenizer.ggml.tokens", "tokenizer.ggml.eos_token_id"})
    builder.remove(key);
  EXPECT_EQ(factsOf(builder), "tokenizer: none: the model file has none\n"
                              "chat: none: the model file has none\n"
                              "beginning token: none\n"
                              "stop tokens: none\n");
}

} // namespace
} // namespace weebill::tests
