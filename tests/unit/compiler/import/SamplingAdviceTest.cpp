// How a model's authors choose tokens: generation_config.json of a folder, general.sampling of a GGUF file.

#include "compiler/import/SamplingAdvice.h"

#include "GgufBuilder.h"
#include "HuggingFaceFolder.h"

#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

importer::ImportedModel fromFolder(const std::string &generationConfig) {
  SmallFolder content;
  content.files["generation_config.json"] = generationConfig;
  const TemporaryFolder folder;
  content.write(folder);
  return importer::importModel(folder.path().string(), {});
}

std::string adviceOfFolder(const std::string &generationConfig) {
  return importer::samplingText(fromFolder(generationConfig).sampling);
}

TEST(SamplingAdviceTest, OfAFolder) {
  EXPECT_EQ(adviceOfFolder("{}"), "");
  EXPECT_EQ(adviceOfFolder(R"({"temperature": 0.7, "top_k": 20})"), ""); // without do_sample they mean nothing
  EXPECT_EQ(adviceOfFolder(R"({"do_sample": true})"), "temperature 1, top-k 50");
  EXPECT_EQ(adviceOfFolder(R"({"do_sample": true, "temperature": 0.7, "top_k": 20, "top_p": 0.8, "min_p": null,
                               "repetition_penalty": 1.05})"),
            "temperature 0.7, top-k 20, top-p 0.8, repetition penalty 1.05");
  EXPECT_EQ(adviceOfFolder(R"({"repetition_penalty": 1.1, "min_p": "0.1"})"), "repetition penalty 1.1");
}

TEST(SamplingAdviceTest, ConfigJsonSaysItWhereThereIsNoOtherFile) {
  SmallFolder content;
  content.config["do_sample"] = true;
  content.config["temperature"] = 0.5;
  content.config["top_k"] = nullptr;
  const auto advice = [&] {
    const TemporaryFolder folder;
    return importer::samplingText(import(content, folder).sampling);
  };
  EXPECT_EQ(advice(), "temperature 0.5, top-k 50");
  content.files["generation_config.json"] = R"({"do_sample": true, "top_k": null})";
  EXPECT_EQ(advice(), "temperature 1") << "all of them";
  content.files["generation_config.json"] = "{}";
  EXPECT_EQ(advice(), "");
}

TEST(SamplingAdviceTest, WhatProgramsDoNotDoIsTold) {
  EXPECT_EQ(fromFolder(R"({"num_beams": 1, "typical_p": 0.5, "suppress_tokens": [], "min_length": 0})").notes,
            std::vector<std::string>());
  EXPECT_EQ(fromFolder(R"({"do_sample": true, "num_beams": 4, "typical_p": 0.5, "forced_eos_token_id": 0})").notes,
            std::vector<std::string>{"generation_config.json sets 'forced_eos_token_id', 'num_beams', 'typical_p', "
                                     "which programs do not have: tokens are chosen without"});
}

TEST(SamplingAdviceTest, WhatCannotBeIsLeftOut) {
  const importer::ImportedModel model =
      fromFolder(R"({"do_sample": true, "temperature": -1, "top_k": 2.5, "top_p": 1e300, "min_p": 0.1})");
  EXPECT_EQ(importer::samplingText(model.sampling), "temperature 1, top-k 50, min-p 0.1");
  EXPECT_EQ(model.notes, (std::vector<std::string>{
                             "generation_config.json recommends a temperature of -1, which cannot be: it is left out",
                             "generation_config.json recommends a top-k of 2.5, which cannot be: it is left out",
                             "generation_config.json recommends a top-p of inf, which cannot be: it is left out"}));
}

TEST(SamplingAdviceTest, OfAGgufFile) {
  const auto advice = [](const GgufBuilder &builder) {
    const ScratchFile scratch(builder.bytes());
    return importer::samplingText(importer::importModel(scratch.path, {}).sampling);
  };
  GgufBuilder builder = smallLlama();
  EXPECT_EQ(advice(builder), "");
  builder.setReal("general.sampling.penalty_repeat", 1.25f);
  EXPECT_EQ(advice(builder), "repetition penalty 1.25");
  builder.setInteger("general.sampling.top_k", 64);
  EXPECT_EQ(advice(builder), "temperature 1, top-k 64, repetition penalty 1.25");
  builder.setReal("general.sampling.temp", 0.25f);
  builder.setReal("general.sampling.top_p", 0.95f);
  EXPECT_EQ(advice(builder), "temperature 0.25, top-k 64, top-p 0.95, repetition penalty 1.25");
}

} // namespace
} // namespace weebill::tests
