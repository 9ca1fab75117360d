// vocab.json with merges.txt: the tokenizer that transformers' class makes of them.

#include "compiler/import/huggingface/VocabularyFiles.h"

#include "HuggingFaceFolder.h"
#include "compiler/import/ImportedModel.h"

#include <filesystem>
#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

using nlohmann::json;
using Pieces = weights::TokenizerKind::Pieces;

/// SmallFolder with its vocabulary in two files.
SmallFolder twoFiles(const std::string &tokenizerClass, const std::string &merges) {
  SmallFolder content;
  json vocabulary = content.tokenizer["model"]["vocab"];
  vocabulary["</s>"] = 1;
  content.files["vocab.json"] = vocabulary.dump();
  content.files["merges.txt"] = merges;
  if (!tokenizerClass.empty())
    content.tokenizerConfig["tokenizer_class"] = tokenizerClass;
  return content;
}

importer::ImportedModel import(const SmallFolder &content) {
  const TemporaryFolder folder;
  content.write(folder);
  std::filesystem::remove(folder.path() / "tokenizer.json");
  return importer::importModel(folder.path().string());
}

/// What importing throws, without the folder.
std::string errorOf(const SmallFolder &content) {
  try {
    import(content);
    return "";
  } catch (const importer::InputError &error) {
    const std::string text = error.what();
    return text.substr(text.find_last_of('/', text.find(": ")) + 1);
  }
}

TEST(VocabularyFilesTest, TheClassSaysHowTextIsCut) {
  const std::string merges = "#version: 0.2\na b\r\n\n\u0120 ab\n";
  for (const auto &[name, pieces] :
       {std::pair("GPT2Tokenizer", Pieces::Gpt2), std::pair("GPT2TokenizerFast", Pieces::Gpt2),
        std::pair("Qwen2Tokenizer", Pieces::Qwen)}) {
    const importer::ImportedModel model = import(twoFiles(name, merges));
    ASSERT_TRUE(model.tokenizer) << model.tokenizerProblem;
    EXPECT_EQ(model.tokenizer->kind.pieces, pieces);
    ASSERT_EQ(model.tokenizer->merges.size(), 2u);
    EXPECT_EQ(model.tokenizer->merges[1].result, 6);
    EXPECT_EQ(model.tokenizer->beginning, 0);
  }
}

TEST(VocabularyFilesTest, WithoutAClass) {
  const importer::ImportedModel model = import(twoFiles("", "a b"));
  EXPECT_FALSE(model.tokenizer);
  EXPECT_NE(model.tokenizerProblem.find("the folder has vocab.json and merges.txt"), std::string::npos);
  EXPECT_NE(model.tokenizerProblem.find("'LlamaTokenizer'"), std::string::npos);
}

TEST(VocabularyFilesTest, TheFamilysClass) {
  SmallFolder content = twoFiles("", "a b");
  content.config["model_type"] = "granite";
  const importer::ImportedModel model = import(content);
  ASSERT_TRUE(model.tokenizer) << model.tokenizerProblem;
  EXPECT_EQ(model.tokenizer->kind.pieces, Pieces::Gpt2);
}

TEST(VocabularyFilesTest, DamagedMerges) {
  for (const std::string line : {"ab", "a b c", " a", "a "})
    EXPECT_EQ(errorOf(twoFiles("GPT2Tokenizer", "#version: 0.2\n" + line + "\n")),
              "merges.txt: line 2: '" + line + "' is no merge: two texts with a space between them");
  EXPECT_EQ(errorOf(twoFiles("GPT2Tokenizer", "a a\n")).substr(0, 10), "vocab.json");
}

} // namespace
} // namespace weebill::tests
