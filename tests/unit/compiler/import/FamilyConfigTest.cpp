// config.json of each family: fields that only it has, and values of those that are left out. Families with more to say
// have files of their own: Gemma3ConfigTest.cpp, Lfm2ConfigTest.cpp, Llama4ConfigTest.cpp.

#include "SmallConfig.h"

namespace weebill::tests {
namespace {

json mobile() {
  json config = llama();
  config["model_type"] = "mobilellm";
  config["tie_word_embeddings"] = false;
  return config;
}

/// The class beside the checkpoints is that of the smallest model.
TEST(FamilyConfigTest, MobileLlmsOwnSizes) {
  const importer::Architecture sizes = sizesOf({{"model_type", "mobilellm"}});
  EXPECT_EQ(sizes.model, 576);
  EXPECT_EQ(sizes.hidden, 1536);
  EXPECT_EQ(sizes.layers, 30);
  EXPECT_EQ(sizes.heads, 9);
  EXPECT_EQ(sizes.keyValueHeads, 3);
  EXPECT_EQ(sizes.vocabulary, 32000);
  EXPECT_EQ(sizes.normEpsilon, 1e-5f);
  EXPECT_TRUE(sizes.tiedEmbeddings);
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
