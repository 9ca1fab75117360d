// config.json of the families with Llama 4's fields: MobileLLM-R1, and MobileLLM-Pro, which has windows.

#include "SmallConfig.h"

namespace weebill::tests {
namespace {

/// As MobileLLM-R1's.
json llama4() {
  json config = ofType("llama4_text");
  config["moe_layers"] = json::array();
  config["no_rope_layers"] = {1};
  config["attention_chunk_size"] = 64;
  config["intermediate_size_mlp"] = 20;
  return config;
}

TEST(Llama4ConfigTest, Llama4Text) {
  const huggingface::HuggingFaceConfig read = huggingface::parseConfig("c", llama4().dump());
  EXPECT_EQ(read.architecture.headNorms, importer::HeadNorms::AfterRope);
  EXPECT_EQ(read.architecture.hidden, 20); // not intermediate_size, which is that of experts
  EXPECT_EQ(read.architecture.headSize, 128);
  EXPECT_EQ(read.architecture.ropeTheta, 500000);

  const auto expect = [](const char *key, const json &value, const std::string &words) {
    EXPECT_EQ(complaint(llama4(), key, value), words);
  };
  expect("use_qk_norm", false, "");
  expect("no_rope_layers", {0}, "'no_rope_layers' is 0 for layer 0: a layer without RoPE is not supported");
  expect("no_rope_layers", json::array(), ""); // one layer, every fourth would be without
  expect("no_rope_layer_interval", 1, "");     // the list decides
  expect("attn_temperature_tuning", true, ""); // acts on layers without RoPE only
  expect("attention_chunk_size", 63,
         "'attention_chunk_size' is 63, less than the context of 64: attention in chunks is not supported");
  expect("attention_chunk_size", nullptr, "");
  expect("moe_layers", {0}, "'moe_layers' has 1 layer, experts are not supported");
  expect("moe_layers", nullptr,
         "the configuration has no list 'moe_layers', so layers have experts, which are not supported");
  expect("attention_bias", true, "'attention_bias' is true, models of type 'llama4_text' have no biases");
  expect("layer_types", {"linear"}, "an entry of 'layer_types' is the text 'linear', which is not supported");

  json full = llama4();
  full["layer_types"] = {"full_attention"};
  EXPECT_EQ(complaint(full, "attention_chunk_size", 8), "");
  json bare = llama4();
  bare["no_rope_layers"] = nullptr;
  EXPECT_EQ(complaint(bare, "no_rope_layer_interval", 1),
            "without a list 'no_rope_layers' layer 0 has no RoPE, which is not supported");
}

/// As MobileLLM-Pro's, with the class that stands beside the checkpoint.
json mobilePro(int64_t layers) {
  json config = llama4();
  config["architectures"] = {"MobileLLMP1ForCausalLM"};
  config["num_hidden_layers"] = layers;
  config["no_rope_layers"] = json(std::vector<int>(size_t(layers), 1));
  config["sliding_window"] = 12;
  return config;
}

TEST(Llama4ConfigTest, MobileLlmPro) {
  using Windows = std::vector<int64_t>;
  json config = mobilePro(6);
  config["layer_types"] = {"full_attention",    "sliding_attention", "sliding_attention",
                           "sliding_attention", "sliding_attention", "full_attention"};
  const importer::Architecture sizes = sizesOf(config);
  EXPECT_EQ(sizes.family, "mobilellm_p1"); // although 'model_type' is Llama 4's
  EXPECT_EQ(sizes.windows, (Windows{0, 12, 12, 12, 12, 0}));
  EXPECT_EQ(sizes.headNorms, importer::HeadNorms::AfterRope);
  EXPECT_EQ(complaint(config, "attention_chunk_size", 8), ""); // no layer has chunks
  for (const char *other : {"mobilellm_p1", "mobilellm_p1_text", "anything"}) {
    config["model_type"] = other;
    EXPECT_EQ(sizesOf(config).family, "mobilellm_p1");
  }
  config.erase("model_type");
  EXPECT_EQ(sizesOf(config).family, "mobilellm_p1");
  config["architectures"] = "MobileLLMP1ForCausalLM"; // no list says nothing
  config["model_type"] = "llama4_text";
  EXPECT_EQ(complaint(config, "use_qk_norm", true),
            "'sliding_window' is not known here and might change the numbers; --ignore-field NAME leaves it out");

  EXPECT_EQ(sizesOf(mobilePro(6)).windows, (Windows{0, 12, 12, 12, 0, 0})); // as published: three of four, not the last
  config = mobilePro(2);
  config.erase("sliding_window");
  config.erase("moe_layers"); // which this class does not have
  EXPECT_TRUE(sizesOf(config).windows.empty());
  EXPECT_EQ(complaint(config, "interleave_moe_layer_step", 2),
            "the configuration has no list 'moe_layers', so layers have experts, which are not supported");
  EXPECT_EQ(complaint(config, "no_rope_layers", {1, 0}),
            "'no_rope_layers' is 0 for layer 1: a layer without RoPE is not supported");
  EXPECT_EQ(complaint(config, "layer_types", {"chunked_attention", "full_attention"}),
            "an entry of 'layer_types' is the text 'chunked_attention', which is not supported");
}

} // namespace
} // namespace weebill::tests
