// Presets have the numbers of parameters that are published for their models, and importModel finds all three kinds.

#include "GgufBuilder.h"

#include "compiler/import/description/Presets.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <set>

namespace weebill::tests {
namespace {

/// Gains of the norms, which published counts leave out.
int64_t normParameters(const importer::Architecture &a) {
  const int64_t ofHeads = a.headNorms == importer::HeadNorms::BeforeRope ? 2 * a.headSize
                          : a.headNorms == importer::HeadNorms::AllHeads ? (a.heads + a.keyValueHeads) * a.headSize
                                                                         : 0;
  const int64_t ofBlock = a.blockNorms == importer::BlockNorms::Around ? 4 : 2;
  const int64_t attending = a.layers - std::count(a.convolutions.begin(), a.convolutions.end(), 1);
  return (ofBlock * a.layers + 1) * a.model + attending * ofHeads;
}

TEST(PresetsTest, ParametersAreThoseThatArePublished) {
  // Matrices in millions; shared blocks are counted once. For MobileLLM the digits are published, for the others they
  // are those of a checkpoint's tensors, of which the model's name is a rounding.
  const std::map<std::string, double> published = {
      {"mobilellm-125m", 124.6},    {"mobilellm-350m", 345.3},    {"mobilellm-600m", 603.1},
      {"mobilellm-1b", 1005.3},     {"mobilellm-1.5b", 1511.0},   {"mobilellm-ls-125m", 124.6},
      {"mobilellm-ls-350m", 345.3}, {"smollm2-135m", 134.5},      {"smollm2-360m", 361.8},
      {"smollm2-1.7b", 1711.3},     {"tinyllama-1.1b", 1100.0},   {"llama-3.2-1b", 1235.7},
      {"mobilellm-r1-140m", 140.2}, {"mobilellm-r1-360m", 359.4}, {"mobilellm-r1-950m", 949.6},
      {"qwen2.5-0.5b", 494.0},      {"qwen3-0.6b", 596.0},        {"smollm3-3b", 3074.9},
      {"gemma-3-270m", 268.0},      {"gemma-3-1b", 999.8},        {"olmo-2-1b", 1484.8},
      {"granite-4.0-350m", 352.3},  {"mobilellm-pro", 1084.4},    {"ouro-1.4b", 1434.5},
      {"ouro-2.6b", 2667.6},        {"lfm2-350m", 354.4},         {"lfm2-700m", 742.4},
      {"lfm2-1.2b", 1170.3},
  };
  EXPECT_EQ(description::presets().size(), published.size());
  for (const description::Description &preset : description::presets()) {
    ASSERT_TRUE(published.contains(preset.name)) << preset.name;
    const int64_t matrices = description::countParameters(preset.architecture) - normParameters(preset.architecture);
    EXPECT_NEAR(double(matrices) / 1e6, published.at(preset.name), 0.05) << preset.name;
  }
  // With norms and biases, as the published checkpoints have them.
  for (const auto &[name, parameters] :
       std::map<std::string, int64_t>{{"mobilellm-125m", 124635456},
                                      {"llama-3.2-1b", 1235814400},
                                      {"qwen2.5-0.5b", 494032768},
                                      {"qwen3-0.6b", 596049920},
                                      {"gemma-3-270m", 268098176},
                                      {"gemma-3-1b", 999885952},
                                      {"olmo-2-1b", 1484916736},
                                      {"granite-4.0-350m", 352379904},
                                      {"mobilellm-pro", 1084453120},
                                      {"ouro-2.6b", 2667972608}, // published with the gate: 2,049 more
                                      {"smollm3-3b", 3075098624},
                                      {"lfm2-350m", 354483968},
                                      {"lfm2-700m", 742489344},
                                      {"lfm2-1.2b", 1170340608}})
    EXPECT_EQ(description::countParameters(description::findPreset(name)->architecture), parameters) << name;
}

TEST(PresetsTest, SizesFitTogether) {
  std::set<std::string> names;
  for (const description::Description &preset : description::presets()) {
    const importer::Architecture &a = preset.architecture;
    EXPECT_TRUE(names.insert(preset.name).second) << preset.name;
    const int64_t queries = preset.name == "qwen3-0.6b" ? 2 * a.model : a.family == "gemma3_text" ? 1024 : a.model;
    EXPECT_EQ(a.heads * a.headSize, queries) << preset.name;
    EXPECT_EQ(a.heads % a.keyValueHeads, 0) << preset.name;
    for (int64_t block : a.schedule)
      EXPECT_LT(block, a.layers) << preset.name;
  }
  EXPECT_EQ(description::findPreset("mobilellm-ls-125m")->architecture.schedule.size(), 60u);
  EXPECT_EQ(description::findPreset("mobilellm-2b"), nullptr);
}

TEST(PresetsTest, FamiliesHaveWhatTheirPublishedModelsHave) {
  const importer::Architecture &r1 = description::findPreset("mobilellm-r1-950m")->architecture;
  EXPECT_EQ(r1.headNorms, importer::HeadNorms::AfterRope);
  EXPECT_EQ(r1.ropeTheta, 8e6);
  const importer::Architecture &qwen2 = description::findPreset("qwen2.5-0.5b")->architecture;
  EXPECT_TRUE(qwen2.projectionBias);
  EXPECT_FALSE(qwen2.attentionOutBias);
  const importer::Architecture &qwen3 = description::findPreset("qwen3-0.6b")->architecture;
  EXPECT_EQ(qwen3.headNorms, importer::HeadNorms::BeforeRope);
  EXPECT_EQ(qwen3.normEpsilon, 1e-6f);
  const std::vector<double> &thetas = description::findPreset("smollm3-3b")->architecture.ropeThetas;
  EXPECT_EQ(std::count(thetas.begin(), thetas.end(), 5e6), 27);
  for (size_t block = 3; block < 36; block += 4)
    EXPECT_EQ(thetas[block], 0) << block;
  const importer::Architecture &gemma = description::findPreset("gemma-3-270m")->architecture;
  EXPECT_EQ(gemma.embeddingScale, std::sqrt(640.0f));
  EXPECT_EQ(gemma.activation, importer::Activation::GeluTanh);
  const importer::Architecture &granite = description::findPreset("granite-4.0-350m")->architecture;
  EXPECT_EQ(granite.embeddingScale, 12);
  EXPECT_EQ(granite.headScale, 0.25f);
  EXPECT_EQ(granite.ropeTheta, 1e7); // as all dense models of Granite 4.0
  const importer::Architecture &pro = description::findPreset("mobilellm-pro")->architecture;
  EXPECT_EQ(pro.headNorms, importer::HeadNorms::AfterRope);
  for (size_t block = 0; block < 30; ++block)
    EXPECT_EQ(pro.windows[block], block % 4 == 0 || block == 29 ? 0 : 512) << block;
  const importer::Architecture &ouro = description::findPreset("ouro-1.4b")->architecture;
  EXPECT_EQ(ouro.schedule.size(), 96u);
  EXPECT_EQ(ouro.schedule[25], 1);
  EXPECT_TRUE(ouro.repetitionNorm);
  EXPECT_EQ(ouro.blockNorms, importer::BlockNorms::Around);
  const importer::Architecture &lfm2 = description::findPreset("lfm2-350m")->architecture;
  EXPECT_EQ(lfm2.convolutions, (std::vector<int64_t>{1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1, 0, 1}));
  EXPECT_EQ(lfm2.convolutionWidth, 3);
  EXPECT_EQ(description::findPreset("olmo-2-1b")->architecture.blockNorms, importer::BlockNorms::After);
  for (size_t block = 0; block < 18; ++block) {
    EXPECT_EQ(gemma.windows[block], block % 6 == 5 ? 0 : 512) << block;
    EXPECT_EQ(gemma.ropeThetas[block], block % 6 == 5 ? 1e6 : 1e4) << block;
  }
  EXPECT_EQ(description::findPreset("llama-3.2-1b")->architecture.ropeScaling, (importer::RopeScaling{32, 1, 4, 8192}));
  EXPECT_EQ(description::findPreset("tinyllama-1.1b")->architecture.ropeScaling, importer::RopeScaling());
}

TEST(PresetsTest, ParametersAreWhatTheTensorsHold) {
  // Shared blocks; a head of its own; biases; norms of heads; blocks that convolve.
  for (const char *name :
       {"mobilellm-ls-125m", "tinyllama-1.1b", "qwen2.5-0.5b", "qwen3-0.6b", "gemma-3-270m", "lfm2-350m"}) {
    const importer::ImportedModel model = importer::importModel(name);
    int64_t total = 0;
    for (const importer::TensorInfo &tensor : model.source->tensors())
      total += tensor.rows * tensor.columns;
    EXPECT_EQ(total, description::countParameters(model.architecture)) << name;
  }
}

TEST(PresetsTest, AModelIsAPresetADescriptionOrAFile) {
  const importer::ImportedModel preset = importer::importModel("mobilellm-1.5b");
  EXPECT_EQ(preset.path, "mobilellm-1.5b");
  EXPECT_EQ(preset.name, "mobilellm-1.5b");
  EXPECT_EQ(preset.architecture.layers, 54);
  EXPECT_EQ(preset.randomSeed, 0u);
  EXPECT_FALSE(preset.tokenizer);

  const ScratchFile scratch(R"({"layers": 1, "model": 64, "hidden": 96, "heads": 2, "vocabulary": 48, "seed": 5})",
                            ".json");
  const importer::ImportedModel described = importer::importModel(scratch.path);
  EXPECT_EQ(described.architecture.hidden, 96);
  EXPECT_EQ(described.randomSeed, 5u);

  try {
    importer::importModel("mobilelm-125m");
    FAIL();
  } catch (const importer::InputError &error) {
    EXPECT_STREQ(error.what(),
                 "mobilelm-125m: is not a model that can be read: accepted are a GGUF file, a description "
                 "(.json), a folder with config.json, and the name of a preset; did you mean 'mobilellm-125m'?");
  }
}

} // namespace
} // namespace weebill::tests
