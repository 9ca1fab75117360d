// What people are told of a model's text: with everything, with a part missing, with nothing.

#include "compiler/import/TextFacts.h"

#include "GgufBuilder.h"

#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

std::string factsOf(const GgufBuilder &builder) {
  const ScratchFile scratch(builder.bytes());
  std::string all;
  for (const importer::TextFact &fact : importer::textFacts(importer::importModel(scratch.path)))
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
  builder.setText("tokenizer.ggml.model", "t5");
  EXPECT_EQ(factsOf(builder), "tokenizer: none: the tokenizer is of kind 't5', supported are 'gpt2' (byte-level BPE) "
                              "and 'llama' (SentencePiece's BPE)\n"
                              "chat: none: the chat template needs the tokenizer, and there is none that is supported\n"
                              "beginning token: none\n"
                              "stop tokens: 1\n");
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
