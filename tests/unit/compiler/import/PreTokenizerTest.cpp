// How a GGUF file's text is cut: names, and what is left where there is none.

#include "compiler/import/gguf/PreTokenizer.h"

#include "GgufBuilder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace weebill::tests {
namespace {

using Pieces = weights::TokenizerKind::Pieces;

/// What is found in a file whose first token is `token`.
std::optional<gguf::PreTokenizer> find(const std::string &architecture, const std::optional<std::string> &name,
                                       const std::string &token = "<s>") {
  GgufBuilder builder = smallLlama();
  builder.setText("general.architecture", architecture);
  builder.remove("tokenizer.ggml.pre");
  if (name)
    builder.setText("tokenizer.ggml.pre", *name);
  builder.setTexts("tokenizer.ggml.tokens", {token, "a"});
  const ScratchFile scratch(builder.bytes());
  const gguf::GgufFile file(scratch.path);
  return gguf::findPreTokenizer(file.metadata());
}

TEST(PreTokenizerTest, Names) {
  const auto expect = [](const std::vector<const char *> &names, Pieces pieces, bool wholeWords, bool begins) {
    for (const char *name : names) {
      const auto found = find("llama", name);
      ASSERT_TRUE(found) << name;
      EXPECT_EQ(found->kind.pieces, pieces) << name;
      EXPECT_EQ(found->kind.wholeWords, wholeWords) << name;
      EXPECT_EQ(found->kind.form == weights::TokenizerKind::Form::C, pieces == Pieces::Qwen) << name;
      EXPECT_EQ(found->begins, begins) << name;
      EXPECT_EQ(found->note, "") << name;
    }
  };
  expect({"llama-bpe", "llama3", "llama-v3", "falcon3", "lfm2"}, Pieces::Llama3, true, true);
  expect({"smaug-bpe", "dbrx"}, Pieces::Llama3, false, false);
  expect({"qwen2", "deepseek-r1-qwen", "stablelm2", "hunyuan"}, Pieces::Qwen, false, false);
  expect({"smollm"}, Pieces::Smollm, false, false);
  expect({"gpt-2", "olmo"}, Pieces::Gpt2, false, false);
  expect({"gpt-4o", "llama4"}, Pieces::Gpt4o, false, false);
  expect({"tekken"}, Pieces::Tekken, true, true);
  expect({"deepseek-v3", "hunyuan-dense"}, Pieces::DeepSeek3, false, false);
  expect({"deepseek-coder"}, Pieces::DeepSeekCoder, false, false);
  expect({"deepseek-llm"}, Pieces::DeepSeekLlm, false, false);
  EXPECT_EQ(find("llama", "command-r")->kind.pieces, Pieces::Smollm);
  EXPECT_EQ(find("llama", "command-r")->kind.form, weights::TokenizerKind::Form::C);
  expect({"seed-coder"}, Pieces::SeedCoder, false, false);
  expect({"falcon"}, Pieces::Falcon, false, false);
  expect({"bloom", "poro-chat", "gpt3-finnish"}, Pieces::Bloom, false, false);
  expect({"viking"}, Pieces::Viking, false, false);
  expect({"exaone", "minerva-7b"}, Pieces::Smollm, false, false);
  expect({"glm4", "glm5"}, Pieces::Llama3, true, false);
  EXPECT_EQ(find("llama", "grok-2")->kind.pieces, Pieces::Qwen);
  EXPECT_EQ(find("llama", "grok-2")->kind.form, weights::TokenizerKind::Form::AsItIs);
  EXPECT_EQ(find("llama", "qwen35")->kind.pieces, Pieces::Qwen35);
  EXPECT_EQ(find("llama", "qwen35")->kind.form, weights::TokenizerKind::Form::C);
  expect({"minicpm5"}, Pieces::MiniCpm5, true, false);
  expect({"tiny_aya", "cohere2moe"}, Pieces::TinyAya, false, false);
  expect({"superbpe"}, Pieces::SuperBpe, false, false);
  expect({"exaone-moe"}, Pieces::Phrases, false, false);
  expect({"youtu"}, Pieces::Youtu, true, false);
  expect({"trillion", "a.x-4.0", "mellum"}, Pieces::Gpt2, false, false);
  expect({"afmoe"}, Pieces::Afmoe, false, false);
  expect({"chameleon"}, Pieces::Chameleon, false, true);
  expect({"kimi-k2"}, Pieces::Kimi, false, false);
  for (const char *name : {"laguna", "nanbeige", "", "GPT-2"})
    EXPECT_EQ(find("llama", name).has_value(), *name == '\0') << name;
}

TEST(PreTokenizerTest, WhatTheArchitectureLeaves) {
  for (const char *architecture : {"qwen2", "qwen3"}) {
    const auto missing = find(architecture, std::nullopt);
    EXPECT_EQ(missing->kind.pieces, Pieces::Qwen);
    EXPECT_EQ(missing->note, "'tokenizer.ggml.pre' is missing: text is cut as Qwen's, because the architecture is '" +
                                 std::string(architecture) + "'");
    EXPECT_EQ(find(architecture, "default")->note.find("'tokenizer.ggml.pre' is 'default': "), 0u);
  }
}

TEST(PreTokenizerTest, WhatTheVocabularyLeaves) {
  EXPECT_EQ(find("llama", std::nullopt, "<|begin_of_text|>")->kind.pieces, Pieces::Llama3);
  EXPECT_TRUE(find("llama", "default", "<|eot_id|>")->begins);
  EXPECT_EQ(find("llama", "default", "<|object_ref_start|>")->kind.pieces, Pieces::Qwen);
  EXPECT_EQ(find("llama", "default", "<gh_stars>")->kind.pieces, Pieces::Smollm);
  EXPECT_EQ(find("llama", "default", "<gh_stars>")->note,
            "'tokenizer.ggml.pre' is 'default': text is cut as SmolLM's, because the vocabulary has '<gh_stars>'");
}

TEST(PreTokenizerTest, ThePageListsAllNames) {
  std::ifstream file(WEEBILL_SOURCE_DIR "/docs/import.md");
  const std::string page((std::istreambuf_iterator<char>(file)), {});
  const size_t list = page.find("Names in `tokenizer.ggml.pre` that are known:");
  ASSERT_NE(list, std::string::npos);
  const std::string names = page.substr(list, page.find("Where there is none", list) - list);
  for (const std::string &name : gguf::preTokenizerNames())
    EXPECT_NE(names.find("`" + name + "`"), std::string::npos) << name;
  EXPECT_EQ(size_t(std::count(names.begin(), names.end(), '`')), 2 * (1 + gguf::preTokenizerNames().size()));
}

TEST(PreTokenizerTest, NothingIsTakenInSilence) {
  const auto found = find("llama", "default");
  EXPECT_EQ(found->kind.pieces, Pieces::Gpt2);
  EXPECT_NE(found->note.find("it is cut as GPT-2's, and if that is wrong"), std::string::npos);
}

} // namespace
} // namespace weebill::tests
