// config.json: what is read, what has a default, what is refused and with which words.

#include "compiler/import/huggingface/ReadConfig.h"

#include "HuggingFaceFolder.h"

#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

using nlohmann::json;

json llama() { return SmallFolder().config; }

json mobile() {
  json config = llama();
  config["model_type"] = "mobilellm";
  config["tie_word_embeddings"] = false;
  return config;
}

json ofType(const std::string &type) {
  json config = llama();
  config["model_type"] = type;
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

importer::Architecture sizesOf(const json &config) { return huggingface::parseConfig("c", config.dump()).architecture; }

/// The complaint about `config` with one field set, without its place.
std::string complaint(json config, const std::string &key, const json &value) {
  config[key] = value;
  try {
    huggingface::parseConfig("c", config.dump());
    return "";
  } catch (const importer::InputError &error) {
    const std::string text = error.what();
    EXPECT_TRUE(text.starts_with("c:1:")) << text;
    return text.substr(text.find(' ') + 1);
  }
}

TEST(ReadConfigTest, Llama) {
  const huggingface::HuggingFaceConfig config = huggingface::parseConfig("c", llama().dump());
  const importer::Architecture &sizes = config.architecture;
  EXPECT_EQ(sizes.family, "llama");
  EXPECT_EQ(sizes.layers, 1);
  EXPECT_EQ(sizes.model, 8);
  EXPECT_EQ(sizes.hidden, 12);
  EXPECT_EQ(sizes.heads, 2);
  EXPECT_EQ(sizes.keyValueHeads, 1);
  EXPECT_EQ(sizes.headSize, 4);
  EXPECT_EQ(sizes.vocabulary, 16);
  EXPECT_EQ(sizes.context, 64);
  EXPECT_EQ(sizes.normEpsilon, 1e-5f);
  EXPECT_EQ(sizes.ropeTheta, 10000);
  EXPECT_TRUE(sizes.tiedEmbeddings);
  EXPECT_TRUE(sizes.schedule.empty());
  EXPECT_EQ(config.beginning, 0);
  EXPECT_EQ(config.endings, std::vector<int64_t>{1});
}

TEST(ReadConfigTest, Defaults) {
  json config = llama();
  for (const char *key : {"num_key_value_heads", "tie_word_embeddings", "bos_token_id", "eos_token_id"})
    config.erase(key);
  const huggingface::HuggingFaceConfig read = huggingface::parseConfig("c", config.dump());
  EXPECT_EQ(read.architecture.keyValueHeads, 2);
  EXPECT_FALSE(read.architecture.tiedEmbeddings);
  EXPECT_EQ(read.beginning, -1);
  EXPECT_TRUE(read.endings.empty());
  // null is as if it were not there.
  for (const char *key : {"head_dim", "rope_scaling", "quantization_config", "sliding_window", "num_key_value_heads"})
    EXPECT_EQ(complaint(config, key, nullptr), "") << key;
  json less = llama();
  less.erase("model_type");
  EXPECT_EQ(complaint(less, "use_cache", true), "the configuration needs the field 'model_type'");
}

/// Those of transformers' classes, when nothing but the type is said.
TEST(ReadConfigTest, DefaultsOfClasses) {
  const auto sizes = [](const char *type) { return sizesOf({{"model_type", type}}); };
  EXPECT_EQ(sizes("llama").model, 4096);
  EXPECT_EQ(sizes("llama").hidden, 11008);
  EXPECT_EQ(sizes("llama").layers, 32);
  EXPECT_EQ(sizes("llama").keyValueHeads, 32);
  EXPECT_EQ(sizes("llama").vocabulary, 32000);
  EXPECT_EQ(sizes("llama").context, 2048);
  EXPECT_EQ(sizes("llama").normEpsilon, 1e-6f);
  EXPECT_EQ(sizes("mistral").keyValueHeads, 8);
  EXPECT_EQ(sizes("mistral").hidden, 14336);
  EXPECT_EQ(sizes("qwen2").vocabulary, 151936);
  EXPECT_EQ(sizes("qwen3").headSize, 128);
  EXPECT_EQ(sizes("smollm3").layers, 36);
  EXPECT_EQ(sizes("smollm3").keyValueHeads, 4);
  // null is another thing: as many as query heads.
  EXPECT_EQ(sizesOf({{"model_type", "mistral"}, {"num_key_value_heads", nullptr}}).keyValueHeads, 32);
  EXPECT_EQ(complaint({{"model_type", "mistral"}}, "num_attention_heads", 12),
            "8 key-value heads do not divide 12 heads");
}

TEST(ReadConfigTest, HarmlessFields) {
  for (const char *key :
       {"tokenizer_class", "do_sample", "temperature", "max_length", "is_decoder", "tie_encoder_decoder",
        "max_sequence_length", "model_max_length", "problem_type", "num_labels"})
    EXPECT_EQ(complaint(llama(), key, 1), "") << key;
  EXPECT_EQ(complaint(llama(), "rope_parameters",
                      {{"rope_theta", 1e4}, {"rope_type", "default"}, {"partial_rotary_factor", 1.0}}),
            "");
  EXPECT_EQ(complaint(llama(), "rope_scaling", {{"rope_type", "default"}, {"partial_rotary_factor", 0.5}}),
            "'partial_rotary_factor' is 0.5, but must be a number from 1 to 1");
  // Harmless as long as they say nothing.
  const std::string unknown = " is not known here and might change the numbers; --ignore-field NAME leaves it out";
  for (const json &value : {json(false), json(0), json::array(), json::object(), json(nullptr)})
    EXPECT_EQ(complaint(llama(), "pruned_heads", value), "") << value;
  EXPECT_EQ(complaint(llama(), "pruned_heads", {{"0", {1}}}), "'pruned_heads'" + unknown);
  EXPECT_EQ(complaint(llama(), "is_encoder_decoder", true), "'is_encoder_decoder'" + unknown);
}

TEST(ReadConfigTest, WrittenOtherwise) {
  json config = llama();
  config["eos_token_id"] = {2, 3};
  config["head_dim"] = 6;
  config["rope_parameters"] = {{"rope_type", "default"}, {"rope_theta", 500000.0}};
  const huggingface::HuggingFaceConfig read = huggingface::parseConfig("c", config.dump());
  EXPECT_EQ(read.endings, (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(read.architecture.headSize, 6);
  EXPECT_EQ(read.architecture.ropeTheta, 500000);
  config["rope_theta"] = 10000.0;
  EXPECT_EQ(complaint(config, "use_cache", true),
            "'rope_theta' of 'rope_parameters' is another than that of the configuration");
}

TEST(ReadConfigTest, MobileLlm) {
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

TEST(ReadConfigTest, OtherFamilies) {
  for (const char *family : {"gemma3_text", "mixtral"})
    EXPECT_EQ(complaint(llama(), "model_type", family),
              "'model_type' is '" + std::string(family) +
                  "', supported are 'mobilellm', 'llama', 'llama4_text', 'mistral', 'qwen2', 'qwen3' and 'smollm3'");
}

TEST(ReadConfigTest, BiasOfLlama) {
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

TEST(ReadConfigTest, Qwen2) {
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

TEST(ReadConfigTest, Qwen3) {
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

TEST(ReadConfigTest, Llama4Text) {
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

TEST(ReadConfigTest, SmolLM3) {
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

TEST(ReadConfigTest, Gemma3) {
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
  EXPECT_EQ(complaint(config, "rope_scaling", {{"rope_type", "linear"}, {"factor", 8.0}}),
            "RoPE is scaled, but not in layers with a window: scaling that layers differ in is not supported");
}

TEST(ReadConfigTest, Granite) {
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

TEST(ReadConfigTest, Windows) {
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

TEST(ReadConfigTest, ScaledRope) {
  const json scaling = {{"rope_type", "llama3"},
                        {"factor", 32.0},
                        {"low_freq_factor", 1.0},
                        {"high_freq_factor", 4.0},
                        {"original_max_position_embeddings", 8192}};
  const importer::RopeScaling expected{32, 1, 4, 8192};
  json config = llama();
  EXPECT_EQ(sizesOf(config).ropeScaling, importer::RopeScaling());
  config["rope_scaling"] = scaling;
  EXPECT_EQ(sizesOf(config).ropeScaling, expected);
  config["rope_parameters"] = scaling;
  config["rope_parameters"]["rope_theta"] = 500000.0;
  EXPECT_EQ(sizesOf(config).ropeScaling, expected);
  EXPECT_EQ(sizesOf(config).ropeTheta, 500000);
  config["rope_parameters"]["factor"] = 8;
  EXPECT_EQ(complaint(config, "use_cache", true), "'rope_parameters' scales otherwise than 'rope_scaling'");

  const auto expect = [&](const char *key, const json &value, const std::string &words) {
    json other = scaling;
    other[key] = value;
    EXPECT_EQ(complaint(llama(), "rope_scaling", other), words);
  };
  expect("factor", 0.5, "'factor' is 0.5, but must be a number from 1 to 1e+06");
  expect("low_freq_factor", 4, "'low_freq_factor' of 'rope_scaling' must be less than 'high_freq_factor'");
  expect("factor", nullptr, "'rope_scaling' needs the field 'factor'");
  expect("original_max_position_embeddings", 0,
         "'original_max_position_embeddings' is 0, but must be an integer from 1 to 1048576");
  expect(
      "attention_factor", 1.0,
      "'attention_factor' of 'rope_scaling' is not known here and might change the numbers; --ignore-field NAME leaves "
      "it out");
}

TEST(ReadConfigTest, LinearRope) {
  json config = llama();
  config["rope_scaling"] = {{"type", "linear"}, {"factor", 4.0}};
  EXPECT_EQ(sizesOf(config).ropeScaling, (importer::RopeScaling{4, 1, 4, 0}));
  EXPECT_EQ(complaint(llama(), "rope_scaling", {{"rope_type", "linear"}}), "'rope_scaling' needs the field 'factor'");
}

TEST(ReadConfigTest, WhatIsNotComputed) {
  const auto expect = [](const char *key, const json &value, const std::string &words) {
    EXPECT_EQ(complaint(llama(), key, value), words);
  };
  expect("hidden_act", "gelu", "'hidden_act' is 'gelu', supported is 'silu'");
  expect("pretraining_tp", 2, "'pretraining_tp' is 2, but must be 1");
  expect("partial_rotary_factor", 0.5, "'partial_rotary_factor' is 0.5, but must be a number from 1 to 1");
  expect("use_sliding_window", true, "'use_sliding_window' is true, attention in windows is not known of this family");
  expect("rope_interleaved", true, "'rope_interleaved' is true, RoPE of neighbouring elements is not supported");
  expect("rope_scaling", {{"type", "yarn"}, {"factor", 2.0}},
         "'rope_scaling' asks for RoPE of type 'yarn', supported are 'default', 'linear' and 'llama3'");
  expect(
      "rope_scaling", {{"rope_type", "default"}, {"factor", 2.0}},
      "'factor' of 'rope_scaling' is not known here and might change the numbers; --ignore-field NAME leaves it out");
  expect("rope_scaling", {{"rope_type", "default"}}, "");
  for (const char *key : {"sliding_window", "no_rope_layers", "attn_scale", "logits_scaling"})
    expect(key, 1,
           "'" + std::string(key) +
               "' is not known here and might change the numbers; --ignore-field NAME leaves it out");
}

TEST(ReadConfigTest, Sizes) {
  const auto expect = [](const char *key, const json &value, const std::string &words) {
    EXPECT_EQ(complaint(llama(), key, value), words);
  };
  expect("hidden_size", 0, "'hidden_size' is 0, but must be an integer from 1 to 65536");
  expect("vocab_size", 1e300, "'vocab_size' is 1e+300, but must be an integer from 1 to 1048576");
  expect("num_hidden_layers", uint64_t(1) << 62,
         "'num_hidden_layers' is 4611686018427387904, but must be an integer from 1 to 1024");
  expect("num_attention_heads", 3, "3 heads do not divide the width 8, so 'head_dim' is needed");
  expect("num_key_value_heads", 3, "3 key-value heads do not divide 2 heads");
  expect("head_dim", 5, "head size 5 is odd, RoPE needs pairs");
  expect("eos_token_id", -2, "'eos_token_id' is -2, but must be an integer from -1 to 2147483647");
  expect("eos_token_id", {1, "x"},
         "an entry of 'eos_token_id' is the text 'x', but must be an integer from -1 to 2147483647");
}

} // namespace
} // namespace weebill::tests
