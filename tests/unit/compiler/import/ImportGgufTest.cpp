// A whole model: names, licence, and which files are accepted.

#include "GgufBuilder.h"

#include "compiler/import/ImportedModel.h"

#include <filesystem>
#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

TEST(ImportGgufTest, ReadsAWholeModel) {
  const ScratchFile scratch(smallLlama().bytes());
  const importer::ImportedModel model = importer::importModel(scratch.path);
  EXPECT_EQ(model.path, scratch.path);
  EXPECT_EQ(model.name, std::filesystem::path(scratch.path).stem().string());
  EXPECT_EQ(model.title, "Small");
  EXPECT_EQ(model.license, "mit");
  EXPECT_TRUE(model.tokenizer);
  ASSERT_TRUE(model.chat) << model.chatProblem;
  EXPECT_EQ(model.chat->userPrefix, "<|im_start|>user\n");
  EXPECT_EQ(model.chat->stopTokens, std::vector<int32_t>{1});
}

TEST(ImportGgufTest, TensorsOutliveTheModel) {
  std::shared_ptr<importer::TensorSource> source;
  {
    const ScratchFile scratch(smallLlama().bytes());
    source = importer::importModel(scratch.path).source;
  }
  float row[8];
  source->readRows("token_embd.weight", 1, 1, row);
  EXPECT_EQ(row[0], 9.0f / 64);
}

TEST(ImportGgufTest, AnEndOfTurnTokenStopsToo) {
  GgufBuilder builder = smallLlama();
  builder.setInteger("tokenizer.ggml.eot_token_id", 2);
  EXPECT_EQ(import(builder).stopTokens, (std::vector<int32_t>{1, 2}));
}

TEST(ImportGgufTest, ATemplateBeyondTheSubsetSwitchesChatOff) {
  GgufBuilder builder = smallLlama();
  builder.setText("tokenizer.chat_template", "{% for m in messages %}\n{{ m.content | urlencode }}{% endfor %}");
  const importer::ImportedModel model = import(builder);
  EXPECT_FALSE(model.chat);
  EXPECT_EQ(model.chatProblem,
            "the chat template is beyond what is supported: line 2: the filter 'urlencode' is not supported");
}

TEST(ImportGgufTest, RefusesOtherKindsOfPath) {
  try {
    importer::importModel("model.bin");
    FAIL() << "model.bin was read";
  } catch (const importer::InputError &error) {
    EXPECT_STREQ(error.what(), "model.bin: is not a model that can be read: accepted are a GGUF file, a "
                               "description (.json), a folder with config.json, and the name of a preset");
  }
}

} // namespace
} // namespace weebill::tests
