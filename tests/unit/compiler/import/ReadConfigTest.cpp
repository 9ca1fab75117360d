// config.json: what is read, what has a default, what is refused and with which words.

#include "SmallConfig.h"

namespace weebill::tests {
namespace {

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

TEST(ReadConfigTest, OtherSpellingsOfTheSame) {
  for (const auto &[key, value] : std::initializer_list<std::pair<const char *, json>>{
           {"hidden_act", "swish"},
           {"eos_token_id", 2.0},
           {"eos_token_id", {2.0, 3}},
           {"bos_token_id", json::array({1})},
           {"attention_bias", 0},
           {"rope_scaling", {{"rope_type", "default"}, {"factor", 1.0}}},
           {"layer_types", {"full_attention"}},
           {"is_causal", true},
           {"num_experts", 0},
           {"max_position_embeddings", 64.0}})
    EXPECT_EQ(complaint(llama(), key, value), "") << key;
  EXPECT_EQ(complaint(llama(), "bos_token_id", {1, 2}), "'bos_token_id' has several tokens, one is possible");
  EXPECT_EQ(complaint(llama(), "eos_token_id", 2.5),
            "'eos_token_id' is 2.5, but must be an integer from -1 to 2147483647");
  EXPECT_NE(complaint(llama(), "layer_types", {"sliding_attention"}), "");
  EXPECT_NE(complaint(llama(), "is_causal", false), "");
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

TEST(ReadConfigTest, OtherFamilies) {
  for (const char *family : {"gemma2", "mixtral"})
    EXPECT_EQ(complaint(llama(), "model_type", family),
              "'model_type' is '" + std::string(family) +
                  "', supported are 'mobilellm', 'llama', 'llama4_text', "
                  "'mobilellm_p1', 'mistral', 'qwen2', 'qwen3', 'smollm3', "
                  "'gemma3_text', 'olmo2', 'granite', 'granitemoehybrid', 'ouro' and 'lfm2'");
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
