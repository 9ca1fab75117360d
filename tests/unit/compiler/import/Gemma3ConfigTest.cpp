// config.json of Gemma 3: windows and RoPE of two kinds of layers, norms around, and what other versions have besides.

#include "SmallConfig.h"

#include <cmath>

namespace weebill::tests {
namespace {

TEST(Gemma3ConfigTest, LayersOfTwoKinds) {
  json config = ofType("gemma3_text");
  config.erase("hidden_act");
  config.erase("tie_word_embeddings");
  config.erase("rope_theta");
  config["num_hidden_layers"] = 7;
  importer::Architecture sizes = sizesOf(config);
  EXPECT_TRUE(sizes.tiedEmbeddings);
  EXPECT_EQ(sizes.activation, importer::Activation::GeluTanh);
  EXPECT_EQ(sizes.blockNorms, importer::BlockNorms::Around);
  EXPECT_EQ(sizes.headNorms, importer::HeadNorms::BeforeRope);
  EXPECT_EQ(sizes.embeddingScale, std::sqrt(8.0f));
  EXPECT_EQ(sizes.attentionScale, 1.0f / 16);
  EXPECT_EQ(sizes.windows, (std::vector<int64_t>{4096, 4096, 4096, 4096, 4096, 0, 4096}));
  EXPECT_EQ(sizes.ropeThetas, (std::vector<double>{1e4, 1e4, 1e4, 1e4, 1e4, 1e6, 1e4}));
  config["query_pre_attn_scalar"] = 64;
  config["sliding_window"] = 9;
  config["sliding_window_pattern"] = 2;
  config["rope_local_base_freq"] = 500;
  sizes = sizesOf(config);
  EXPECT_EQ(sizes.attentionScale, 0.125f);
  EXPECT_EQ(sizes.windows, (std::vector<int64_t>{9, 0, 9, 0, 9, 0, 9}));
  EXPECT_EQ(sizes.ropeThetas, (std::vector<double>{500, 1e6, 500, 1e6, 500, 1e6, 500}));
  json both = config; // as newer versions write it
  both.erase("rope_local_base_freq");
  both["rope_parameters"] = {{"full_attention", {{"rope_theta", 2e6}, {"rope_type", "default"}}},
                             {"sliding_attention", {{"rope_theta", 700}, {"rope_type", "default"}}}};
  EXPECT_EQ(sizesOf(both).ropeThetas, (std::vector<double>{700, 2e6, 700, 2e6, 700, 2e6, 700}));
  both["rope_parameters"]["sliding_attention"]["rope_type"] = "linear";
  EXPECT_EQ(complaint(both, "use_cache", true),
            "layers with a window have RoPE of type 'linear', supported is 'default'");
  both["rope_parameters"].erase("sliding_attention");
  both["rope_parameters"]["global"] = 1;
  EXPECT_EQ(complaint(both, "use_cache", true), "'global' of 'rope_parameters' is no type of layers");
  config["layer_types"] = std::vector<std::string>(7, "full_attention"); // they decide
  EXPECT_TRUE(sizesOf(config).windows.empty());
  EXPECT_TRUE(sizesOf(config).ropeThetas.empty());
  config["layer_types"][6] = "sliding_attention";
  EXPECT_EQ(sizesOf(config).windows.back(), 9);
  EXPECT_EQ(complaint(config, "layer_types", {"sliding_attention"}),
            "'layer_types' names the type of 1 layer, but there are 7");
  EXPECT_EQ(complaint(config, "final_logit_softcapping", nullptr), "");
  for (const char *name : {"final_logit_softcapping", "attn_logit_softcapping"})
    EXPECT_EQ(complaint(config, name, 30.0), "'" + std::string(name) + "' is set, but logits are not capped here");
  EXPECT_EQ(complaint(config, "use_bidirectional_attention", true),
            "'use_bidirectional_attention' is true, but tokens see what is before them only");
  EXPECT_EQ(complaint(config, "hidden_activation", "gelu"),
            "'hidden_activation' is 'gelu', supported is 'gelu_pytorch_tanh'");
  config["layer_types"] = {"sliding_attention", "full_attention", "full_attention", "full_attention",
                           "full_attention",    "full_attention", "full_attention"};
  config["rope_scaling"] = {{"rope_type", "linear"}, {"factor", 8.0}};
  EXPECT_EQ(sizesOf(config).ropeScaling.factor, 8); // in the layers without a window only
  EXPECT_EQ(sizesOf(config).ropeFactors, (std::vector<double>{1, 8, 8, 8, 8, 8, 8}));
}

} // namespace
} // namespace weebill::tests
