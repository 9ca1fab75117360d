// config.json of LFM2: kinds of layers, second names, the width of the feed-forward half, and what is refused.

#include "SmallConfig.h"

namespace weebill::tests {
namespace {

using Kinds = std::vector<int64_t>;

TEST(Lfm2ConfigTest, Configuration) {
  const importer::Architecture sizes = sizesOf(lfm2());
  EXPECT_EQ(sizes.family, "lfm2");
  EXPECT_EQ(sizes.convolutions, (Kinds{1, 0, 1}));
  EXPECT_EQ(sizes.convolutionWidth, 3);
  EXPECT_EQ(sizes.hidden, 16); // 13, rounded up
  EXPECT_EQ(sizes.normEpsilon, 1e-6f);
  EXPECT_EQ(sizes.ropeTheta, 5e5);
  EXPECT_EQ(sizes.headNorms, importer::HeadNorms::BeforeRope);
  EXPECT_TRUE(sizes.tiedEmbeddings);
  json bare = ofType("lfm2"); // what transformers' class takes for what is left out
  for (const char *name : {"intermediate_size", "rms_norm_eps", "tie_word_embeddings", "num_hidden_layers"})
    bare.erase(name);
  EXPECT_EQ(sizesOf(bare).hidden, 8192);
  EXPECT_EQ(sizesOf(bare).layers, 32);
  EXPECT_EQ(sizesOf(bare).normEpsilon, 1e-5f);
  EXPECT_EQ(sizesOf(bare).ropeTheta, 1e6);
  EXPECT_TRUE(sizesOf(bare).tiedEmbeddings);
  EXPECT_TRUE(sizesOf(bare).convolutions.empty()); // every layer attends
  EXPECT_EQ(sizesOf(bare).convolutionWidth, 0);
}

TEST(Lfm2ConfigTest, OlderNamesGoFirst) {
  json config = lfm2();
  config["intermediate_size"] = 64;
  config["rope_theta"] = 1e4;
  config["tie_word_embeddings"] = false;
  EXPECT_EQ(sizesOf(config).hidden, 16);
  EXPECT_EQ(sizesOf(config).ropeTheta, 5e5);
  EXPECT_TRUE(sizesOf(config).tiedEmbeddings);
  for (const char *name : {"block_ff_dim", "theta", "tie_embedding"})
    config.erase(name);
  EXPECT_EQ(sizesOf(config).hidden, 44); // 42, rounded up
  EXPECT_EQ(sizesOf(config).ropeTheta, 1e4);
  EXPECT_FALSE(sizesOf(config).tiedEmbeddings);
  config.erase("rope_theta");
  config["rope_parameters"] = {{"rope_theta", 3e4}, {"rope_type", "default"}};
  EXPECT_EQ(sizesOf(config).ropeTheta, 3e4);
  EXPECT_EQ(complaint(config, "theta", 3e4), "");
  EXPECT_EQ(complaint(config, "theta", 2e4), "'theta' is 20000, but 'rope_theta', which means the same, is 30000");
  for (const char *name : {"block_dim", "conv_dim", "conv_dim_out"})
    EXPECT_EQ(complaint(lfm2(), name, 9),
              "'" + std::string(name) + "' is 9, but 'hidden_size', which means the same, is 8");
  EXPECT_EQ(complaint(lfm2(), "num_heads", 4),
            "'num_heads' is 4, but 'num_attention_heads', which means the same, is 2");
  for (const char *name : {"block_norm_eps", "rms_norm_eps"})
    EXPECT_EQ(complaint(lfm2(), name, 1e-5),
              "'" + std::string(name) + "' is 1e-05, but 'norm_eps', which means the same, is 1e-06");
}

TEST(Lfm2ConfigTest, WidthOfTheFeedForwardHalf) {
  const auto hidden = [](const char *name, const json &value) {
    json config = lfm2();
    config["block_ff_dim"] = 6656;
    config["block_multiple_of"] = 256;
    config[name] = value;
    return sizesOf(config).hidden;
  };
  EXPECT_EQ(hidden("block_multiple_of", 256), 4608); // as in the model of 350 million parameters
  EXPECT_EQ(hidden("block_ff_dim", 10240), 6912);
  EXPECT_EQ(hidden("block_ff_dim", 12288), 8192);
  EXPECT_EQ(hidden("block_auto_adjust_ff_dim", false), 6656);
  EXPECT_EQ(hidden("block_ffn_dim_multiplier", 1.3), 5888);     // 5768, rounded up
  EXPECT_EQ(hidden("block_ffn_dim_multiplier", nullptr), 4437); // neither multiplied nor rounded
  json config = lfm2();
  config["block_ffn_dim_multiplier"] = 1e6;
  EXPECT_EQ(complaint(config, "block_ff_dim", 262144),
            "the feed-forward half is 174762000000 wide, but must be from 1 to 262144");
  config["block_ffn_dim_multiplier"] = nullptr;
  EXPECT_EQ(complaint(config, "block_ff_dim", 1), "the feed-forward half is 0 wide, but must be from 1 to 262144");
}

TEST(Lfm2ConfigTest, KindsOfLayers) {
  json config = lfm2();
  config["full_attn_idxs"] = {0, 2};
  EXPECT_EQ(sizesOf(config).convolutions, (Kinds{0, 1, 0}));
  config["layer_types"] = {"full_attention", "conv", "full_attention"}; // both say the same
  config["conv_L_cache"] = 64;
  EXPECT_EQ(sizesOf(config).convolutions, (Kinds{0, 1, 0}));
  EXPECT_EQ(sizesOf(config).convolutionWidth, 64);
  EXPECT_EQ(complaint(config, "full_attn_idxs", {0}), "'full_attn_idxs' names other layers than 'layer_types'");
  config.erase("full_attn_idxs");
  EXPECT_EQ(complaint(config, "layer_types", {"full_attention", "full_attention", "full_attention"}), "");
  EXPECT_EQ(complaint(config, "layer_types", {"conv", "conv", "conv"}),
            "every block convolves, but at least one must attend");
  EXPECT_EQ(complaint(config, "layer_types", {"conv", "sliding_attention", "full_attention"}),
            "an entry of 'layer_types' is the text 'sliding_attention', which is not supported");
  EXPECT_EQ(complaint(config, "layer_types", {"conv", "full_attention"}),
            "'layer_types' names the type of 2 layers, but there are 3");
  EXPECT_EQ(complaint(config, "layer_types", json::array()),
            "'layer_types' names the type of 0 layers, but there are 3");
  EXPECT_EQ(complaint(lfm2(), "full_attn_idxs", json::array()), "every block convolves, but at least one must attend");
  EXPECT_EQ(complaint(lfm2(), "full_attn_idxs", {3}),
            "an entry of 'full_attn_idxs' is 3, but must be an integer from 0 to 2");
}

TEST(Lfm2ConfigTest, WhatIsNotComputedIsRefused) {
  const auto expect = [](const char *key, const json &value, const std::string &words) {
    EXPECT_EQ(complaint(lfm2(), key, value), words);
  };
  expect("conv_bias", true, "'conv_bias' is true, but convolutions and their projections have no biases here");
  expect("conv_L_cache", 1, "'conv_L_cache' is 1, but must be an integer from 2 to 64");
  expect("conv_L_cache", 65, "'conv_L_cache' is 65, but must be an integer from 2 to 64");
  expect("attention_bias", true, "'attention_bias' is true, models of type 'lfm2' have no biases");
  expect("block_use_swiglu", false, "'block_use_swiglu' is false, but feed-forward halves are gated here");
  expect("use_pos_enc", false, "'use_pos_enc' is false, but attention has RoPE here");
  EXPECT_EQ(complaint(llama(), "conv_L_cache", 3),
            "'conv_L_cache' is not known here and might change the numbers; --ignore-field NAME leaves it out");
}

} // namespace
} // namespace weebill::tests
