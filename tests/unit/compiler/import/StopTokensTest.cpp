// What ends a text: every place that a GGUF file or a folder has for it, without tokenizer and without chat.

#include "compiler/import/StopTokens.h"

#include "GgufBuilder.h"
#include "HuggingFaceFolder.h"
#include "compiler/import/families/Families.h"

#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

using nlohmann::json;
using Ids = std::vector<int32_t>;

importer::ImportedModel import(const SmallFolder &content, const importer::ImportOptions &options = {}) {
  const TemporaryFolder folder;
  content.write(folder);
  return importer::importModel(folder.path().string(), options);
}

TEST(StopTokensTest, EachOnceAndInsideTheVocabulary) {
  importer::ImportedModel model;
  model.architecture.vocabulary = 8;
  importer::addStopTokens(model, {5, -1, 2, 5, 8, 99}, "'x'");
  importer::addStopTokens(model, {7, 2}, "'y'");
  EXPECT_EQ(model.stopTokens, (Ids{5, 2, 7}));
  EXPECT_EQ(model.notes, std::vector<std::string>{"token 8 of 'x' is outside the vocabulary of 8 and ends nothing"});
}

/// The small model without its chat, and with other texts for the last tokens.
GgufBuilder chatless(const std::vector<std::string> &last = {}) {
  GgufBuilder builder = smallLlama();
  builder.remove("tokenizer.chat_template");
  std::vector<std::string> tokens = {"<s>",
                                     "</s>",
                                     "<note>",
                                     "a",
                                     "b",
                                     "\xc4\xa0",
                                     "ab",
                                     "\xc4\xa0"
                                     "a",
                                     "c",
                                     "abc"};
  for (size_t i = 0; i < last.size(); ++i)
    tokens[i] = last[i];
  builder.setTexts("tokenizer.ggml.tokens", tokens);
  return builder;
}

TEST(StopTokensTest, GgufNamesThemByNumber) {
  GgufBuilder builder = chatless();
  EXPECT_EQ(import(builder).stopTokens, Ids{1});
  builder.setInteger("tokenizer.ggml.eot_token_id", 4);
  builder.setInteger("tokenizer.ggml.eom_token_id", 3);
  builder.setInteger("tokenizer.ggml.fim_pad_token_id", 8);
  EXPECT_EQ(import(builder).stopTokens, (Ids{1, 4, 3, 8}));
  EXPECT_FALSE(import(builder).chat);
}

TEST(StopTokensTest, GgufNamesThemByText) {
  EXPECT_EQ(import(chatless({"<|eot_id|>", "</s>", "<|eom_id|>"})).stopTokens, (Ids{1, 0, 2}));
  EXPECT_EQ(import(chatless({"<|file_sep|>", "</s>", "<|end|>"})).stopTokens, (Ids{1, 2, 0}));
}

/// There <|end|> closes one of several messages of an answer.
TEST(StopTokensTest, HarmonyHasAnEndThatIsNone) {
  EXPECT_EQ(import(chatless({"<|return|>", "<|call|>", "<|end|>"})).stopTokens, (Ids{1, 0}));
}

TEST(StopTokensTest, GgufWithoutAUsableTokenizer) {
  GgufBuilder builder = chatless({"<|eot_id|>"});
  builder.setInteger("tokenizer.ggml.eot_token_id", 2);
  builder.setText("tokenizer.ggml.model", "bert");
  EXPECT_FALSE(import(builder).tokenizer);
  EXPECT_EQ(import(builder).stopTokens, (Ids{1, 2, 0}));
  builder.remove("tokenizer.ggml.model");
  EXPECT_EQ(import(builder).stopTokens, (Ids{1, 2, 0}));
  EXPECT_EQ(import(smallLlama(), {.withoutTokenizer = true}).stopTokens, (Ids{1}));
}

TEST(StopTokensTest, NoNumberAtAll) {
  GgufBuilder builder = chatless();
  for (const std::string &none : {bytesOf<int32_t>(-1), bytesOf<uint32_t>(UINT32_MAX)}) {
    builder.set("tokenizer.ggml.eos_token_id", none[3] && none == bytesOf<int32_t>(-1) ? 5 : 4, none);
    EXPECT_EQ(import(builder).stopTokens, Ids());
  }
  builder.setInteger("tokenizer.ggml.eos_token_id", 10);
  EXPECT_EQ(import(builder).notes, std::vector<std::string>{"token 10 of 'tokenizer.ggml.eos_token_id' is outside the "
                                                            "vocabulary of 10 and ends nothing"});
}

TEST(StopTokensTest, FoldersNameThemInTwoFiles) {
  SmallFolder content;
  content.config["eos_token_id"] = {5, 7};
  EXPECT_EQ(import(content).stopTokens, (Ids{1, 5, 7})); // the tokenizer's own is 1
  content.files["generation_config.json"] = R"({"eos_token_id": [9, 5]})";
  EXPECT_EQ(import(content).stopTokens, (Ids{1, 9, 5, 7}));
  content.files["generation_config.json"] = R"({"eos_token_id": -1})";
  content.config["eos_token_id"] = -1;
  content.config["bos_token_id"] = -1;
  EXPECT_EQ(import(content).stopTokens, (Ids{1}));
  content.config["eos_token_id"] = 16;
  EXPECT_EQ(import(content).notes, std::vector<std::string>{"token 16 of 'eos_token_id' of config.json is outside the "
                                                            "vocabulary of 16 and ends nothing"});
}

/// transformers' class has one for a config.json without; a generation_config.json without has none.
TEST(StopTokensTest, FoldersThatNameNone) {
  SmallFolder content;
  content.config.erase("eos_token_id");
  EXPECT_EQ(import(content).stopTokens, (Ids{1, 2}));
  EXPECT_EQ(import(content).notes,
            std::vector<std::string>{"config.json has no 'eos_token_id', so token 2 ends a text, as in transformers' "
                                     "class of 'llama'; null in its place says that there is none"});
  content.tokenizerConfig["eos_token"] = "a"; // token 2, which ends a text as it is
  EXPECT_EQ(import(content).stopTokens, Ids{2});
  EXPECT_EQ(import(content).notes, std::vector<std::string>());
  content.tokenizerConfig["eos_token"] = "</s>";
  content.files["generation_config.json"] = "{}";
  EXPECT_EQ(import(content).stopTokens, Ids{1});
  content.files.erase("generation_config.json");
  content.config["eos_token_id"] = nullptr;
  EXPECT_EQ(import(content).stopTokens, Ids{1});
  content.config.erase("eos_token_id");
  content.config["model_type"] = "smollm3"; // 128001: the vocabulary does not have it
  EXPECT_EQ(import(content).stopTokens, Ids{1});
  EXPECT_EQ(import(content).notes, std::vector<std::string>());
}

/// Of the classes that stand beside their checkpoints; the others are asked in tests/emitted/test_stop_tokens.py.
TEST(StopTokensTest, ClassesOfTheirOwn) {
  EXPECT_EQ(families::kMobileLlm.config->defaults.end, 2);
  EXPECT_EQ(families::kMobileLlmPro.config->defaults.end, 2) << "Llama 4's";
  EXPECT_EQ(families::kOuro.config->defaults.end, -1);
}

TEST(StopTokensTest, FoldersWithoutAUsableTokenizer) {
  SmallFolder content;
  content.config["eos_token_id"] = {5};
  content.tokenizer["model"]["type"] = "WordPiece";
  EXPECT_FALSE(import(content).tokenizer);
  EXPECT_EQ(import(content).stopTokens, (Ids{1, 5})) << "'</s>' is found in the file all the same";
  content.tokenizer["added_tokens"] = json::array();
  content.tokenizer["model"]["vocab"] = {{"<s>", 0}, {"</s>", 3}};
  EXPECT_EQ(import(content).stopTokens, (Ids{3, 5}));
  content.tokenizer["model"]["vocab"] = json::parse(R"([["<s>", 0.0], ["x", 1.0], ["</s>", -1.0]])");
  EXPECT_EQ(import(content).stopTokens, (Ids{2, 5}));
  content.files["tokenizer.json"] = "{ damaged";
  EXPECT_THROW(import(content), importer::InputError);
  const importer::ImportedModel model = import(content, {.withoutTokenizer = true});
  EXPECT_FALSE(model.tokenizer);
  EXPECT_EQ(model.stopTokens, (Ids{5}));
}

TEST(StopTokensTest, WhatIsNoToken) {
  SmallFolder content;
  content.files["generation_config.json"] = R"({"eos_token_id": "x"})";
  EXPECT_EQ(content.importError(), "generation_config.json: 'eos_token_id': '\"x\"' is not the number of a token");
  content.files["generation_config.json"] = json{{"eos_token_id", std::vector<int>(1001, 3)}}.dump();
  EXPECT_EQ(content.importError(), "generation_config.json: 'eos_token_id': has 1001 tokens, at most 1000 are read");
}

} // namespace
} // namespace weebill::tests
