// config.json of each family: fields that only it has, and values of those that are left out.

#include "SmallConfig.h"

#include <cmath>

namespace weebill::tests {
namespace {

json mobile() {
  json config = llama();
  config["model_type"] = "mobilellm";
  config["tie_word_embeddings"] = false;
  return config;
}

/// As MobileLLM-R1's.
json llama4() {
  json config = ofType("llama4_text");
  config["moe_layers"] = json::array();
  config["no_rope_layers"] = {1};
  config["attention_chunk_size"] = 64;
  config["intermediate_size_mlp"] = 20;
  return config;
}

TEST(FamilyConfigTest, MobileLlm) {
  EXPECT_TRUE(sizesOf(mobile()).tiedEmbeddings); // although tie_word_embeddings is false
  EXPECT_TRUE(sizesOf(mobile()).schedule.empty());
  json config = mobile();
  config["num_hidden_layers"] = 3;
  config["layer_sharing"] = true;
  config["share_embedding"] = false;
  EXPECT_EQ(sizesOf(config).schedule, (std::vector<int64_t>{0, 0, 1, 1, 2, 2}));
  EXPECT_FALSE(sizesOf(config).tiedEmbeddings);
  EXPECT_EQ(complaint(config, "tie_word_embeddings", true),
            "'tie_word_embeddings' is true, but 'share_embedding' is false");
  EXPECT_EQ(complaint(mobile(), "share_embedding", nullptr), "'share_embedding' is null, but must be true or false");
  EXPECT_EQ(complaint(llama(), "layer_sharing", true),
            "'layer_sharing' is not known here and might change the numbers; --ignore-field NAME leaves it out");
}

TEST(FamilyConfigTest, BiasOfLlama) {
  json config = llama();
  EXPECT_FALSE(sizesOf(config).projectionBias);
  config["attention_bias"] = true;
  EXPECT_TRUE(sizesOf(config).projectionBias);
  EXPECT_TRUE(sizesOf(config).attentionOutBias);
  EXPECT_FALSE(sizesOf(config).feedForwardBias);
  config["mlp_bias"] = true;
  EXPECT_TRUE(sizesOf(config).feedForwardBias);
  EXPECT_EQ(complaint(ofType("qwen3"), "mlp_bias", true),
            "'mlp_bias' is true, but this family has no biases in the feed-forward half");
}

TEST(FamilyConfigTest, Qwen2) {
  const json config = ofType("qwen2");
  const importer::Architecture sizes = sizesOf(config);
  EXPECT_EQ(sizes.family, "qwen2");
  EXPECT_TRUE(sizes.projectionBias); // always, whatever the configuration says
  EXPECT_FALSE(sizes.attentionOutBias);
  EXPECT_EQ(sizes.headNorms, importer::HeadNorms::None);
  EXPECT_EQ(sizes.headSize, 4);
  EXPECT_EQ(complaint(config, "sliding_window", 32), ""); // not in use
  EXPECT_EQ(complaint(config, "use_mrope", false), "");
  EXPECT_EQ(complaint(config, "use_mrope", true), "'use_mrope' is true, RoPE of several dimensions is not supported");
  EXPECT_EQ(complaint(config, "layer_types", {"full_attention"}), "");
  EXPECT_EQ(complaint(config, "layer_types", {"sliding_attention"}),
            "an entry of 'layer_types' is the text 'sliding_attention', which is not supported");
  EXPECT_EQ(complaint(config, "num_key_value_heads", nullptr), "");
}

TEST(FamilyConfigTest, Qwen3) {
  json config = ofType("qwen3");
  EXPECT_EQ(sizesOf(config).headNorms, importer::HeadNorms::BeforeRope);
  EXPECT_FALSE(sizesOf(config).projectionBias);
  EXPECT_EQ(sizesOf(config).headSize, 128); // not width / heads
  config["head_dim"] = 6;
  config["attention_bias"] = true;
  EXPECT_EQ(sizesOf(config).headSize, 6);
  EXPECT_TRUE(sizesOf(config).projectionBias);
  EXPECT_TRUE(sizesOf(config).attentionOutBias);
}

TEST(FamilyConfigTest, Llama4Text) {
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

TEST(FamilyConfigTest, MobileLlmPro) {
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

TEST(FamilyConfigTest, SmolLM3) {
  json config = ofType("smollm3");
  config["num_hidden_layers"] = 5;
  config["rope_theta"] = 5e6;
  EXPECT_EQ(sizesOf(config).ropeThetas, (std::vector<double>{5e6, 5e6, 5e6, 0, 5e6}));
  config["no_rope_layer_interval"] = 2;
  EXPECT_EQ(sizesOf(config).ropeThetas, (std::vector<double>{5e6, 0, 5e6, 0, 5e6}));
  config["no_rope_layers"] = {0, 1, 1, 1, 1, 0}; // the list decides, one entry is too many
  EXPECT_EQ(sizesOf(config).ropeThetas, (std::vector<double>{0, 5e6, 5e6, 5e6, 5e6}));
  config.erase("rope_theta");
  config.erase("tie_word_embeddings");
  EXPECT_EQ(sizesOf(config).ropeThetas[1], 2e6);
  EXPECT_TRUE(sizesOf(config).tiedEmbeddings);
  EXPECT_EQ(complaint(config, "pretraining_tp", 2), "");  // as published
  EXPECT_EQ(complaint(config, "sliding_window", 32), ""); // not in use
  EXPECT_EQ(complaint(config, "no_rope_layers", {1, 0}), "'no_rope_layers' has 2 entries for 5 layers");
  EXPECT_EQ(complaint(config, "no_rope_layers", {1, 2, 1, 1, 1}),
            "an entry of 'no_rope_layers' is 2, but must be an integer from 0 to 1");
  EXPECT_EQ(complaint(config, "layer_types", {"sliding_attention"}),
            "an entry of 'layer_types' is the text 'sliding_attention', which is not supported");
  EXPECT_TRUE(sizesOf(config).windows.empty());
  config["use_sliding_window"] = true;
  EXPECT_TRUE(sizesOf(config).windows.empty()); // as wide as what is left out
  config["sliding_window"] = 32;                // in layers without RoPE
  EXPECT_EQ(sizesOf(config).windows, (std::vector<int64_t>{32, 0, 0, 0, 0}));
}

TEST(FamilyConfigTest, Gemma3) {
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

TEST(FamilyConfigTest, Granite) {
  json config = ofType("granite");
  EXPECT_EQ(sizesOf(config).attentionScale, 1); // what transformers takes where nothing is said
  EXPECT_EQ(sizesOf(config).embeddingScale, 1);
  config["embedding_multiplier"] = 12;
  config["residual_multiplier"] = 0.25;
  config["attention_multiplier"] = 0.015625;
  config["logits_scaling"] = 8;
  const importer::Architecture sizes = sizesOf(config);
  EXPECT_EQ(sizes.embeddingScale, 12);
  EXPECT_EQ(sizes.residualScale, 0.25f);
  EXPECT_EQ(sizes.attentionScale, 0.015625f);
  EXPECT_EQ(sizes.headScale, 0.125f);
  EXPECT_EQ(complaint(config, "logits_scaling", 0), "'logits_scaling' is 0, but must be a number from 1e-06 to 1e+06");

  config["model_type"] = "granitemoehybrid";
  config["shared_intermediate_size"] = 20;
  config["position_embedding_type"] = "rope";
  config["layer_types"] = {"attention"};
  EXPECT_EQ(complaint(config, "mamba_d_conv", 4),
            "layers have experts unless 'num_local_experts' is 0, and experts are not supported");
  EXPECT_EQ(complaint(config, "num_local_experts", 4),
            "layers have experts unless 'num_local_experts' is 0, and experts are not supported");
  config["num_local_experts"] = 0;
  EXPECT_EQ(sizesOf(config).hidden, 20);
  EXPECT_EQ(sizesOf(config).headScale, 0.125f);
  EXPECT_TRUE(sizesOf(config).ropeThetas.empty());
  EXPECT_EQ(complaint(config, "layer_types", {"mamba"}),
            "an entry of 'layer_types' is the text 'mamba', which is not supported");
  EXPECT_EQ(complaint(config, "layer_types", nullptr),
            "'layer_types' says of 0 layers of 1 that it is attention: Mamba layers are not supported");
  EXPECT_EQ(complaint(config, "normalization_function", "layernorm"),
            "'normalization_function' is 'layernorm', supported is 'rmsnorm'");
  EXPECT_EQ(complaint(config, "position_embedding_type", "alibi"),
            "'position_embedding_type' is 'alibi', supported are 'rope' and 'nope'");
  config["position_embedding_type"] = nullptr;
  EXPECT_EQ(sizesOf(config).ropeThetas, std::vector<double>{0});
}

TEST(FamilyConfigTest, Ouro) {
  json config = ofType("ouro");
  config["num_hidden_layers"] = 2;
  EXPECT_EQ(sizesOf(config).schedule, (std::vector<int64_t>{0, 1, 0, 1, 0, 1, 0, 1}));
  EXPECT_TRUE(sizesOf(config).repetitionNorm);
  EXPECT_EQ(sizesOf(config).blockNorms, importer::BlockNorms::Around);
  config["total_ut_steps"] = 1;
  EXPECT_TRUE(sizesOf(config).schedule.empty());
  EXPECT_FALSE(sizesOf(config).repetitionNorm);
  EXPECT_EQ(complaint(config, "total_ut_steps", 2049),
            "'total_ut_steps' is 2049, but must be an integer from 1 to 2048");
  EXPECT_EQ(complaint(config, "early_exit_threshold", 1.0), "");
  EXPECT_EQ(complaint(config, "early_exit_threshold", 0.9),
            "'early_exit_threshold' is 0.900000, but repetitions do not end early here: 1 does all of them");
  EXPECT_EQ(complaint(llama(), "total_ut_steps", 2),
            "'total_ut_steps' is not known here and might change the numbers; --ignore-field NAME leaves it out");
}

TEST(FamilyConfigTest, Windows) {
  json config = ofType("mistral");
  config["num_hidden_layers"] = 3;
  EXPECT_EQ(sizesOf(config).windows, (std::vector<int64_t>{4096, 4096, 4096}));
  config["sliding_window"] = 7;
  EXPECT_EQ(sizesOf(config).windows, (std::vector<int64_t>{7, 7, 7}));
  config["sliding_window"] = nullptr;
  EXPECT_TRUE(sizesOf(config).windows.empty());
  EXPECT_EQ(complaint(config, "sliding_window", 0), "'sliding_window' is 0, but must be an integer from 1 to 1048576");

  json qwen = ofType("qwen3");
  qwen["num_hidden_layers"] = 3;
  qwen["use_sliding_window"] = true;
  qwen["sliding_window"] = 9;
  EXPECT_TRUE(sizesOf(qwen).windows.empty()); // from layer 28 on
  qwen["max_window_layers"] = 1;
  EXPECT_EQ(sizesOf(qwen).windows, (std::vector<int64_t>{0, 9, 9}));
  qwen["layer_types"] = {"sliding_attention", "full_attention", "full_attention"};
  EXPECT_EQ(sizesOf(qwen).windows, (std::vector<int64_t>{9, 0, 0}));
  EXPECT_EQ(complaint(qwen, "layer_types", {"sliding_attention"}),
            "'layer_types' names the type of 1 layer, but there are 3");
}

} // namespace
} // namespace weebill::tests
