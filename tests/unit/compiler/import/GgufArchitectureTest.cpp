// Sizes from metadata. What is refused: GgufRefusalsTest.cpp.

#include "GgufBuilder.h"

#include "compiler/import/ImportedModel.h"

#include <cmath>
#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

importer::Architecture architectureOf(const GgufBuilder &builder) { return import(builder).architecture; }

TEST(GgufArchitectureTest, ReadsTheSizes) {
  const importer::Architecture sizes = architectureOf(smallLlama());
  EXPECT_EQ(sizes.family, "llama");
  EXPECT_EQ(sizes.layers, 1);
  EXPECT_EQ(sizes.model, 8);
  EXPECT_EQ(sizes.hidden, 12);
  EXPECT_EQ(sizes.heads, 2);
  EXPECT_EQ(sizes.keyValueHeads, 1);
  EXPECT_EQ(sizes.headSize, 4);
  EXPECT_EQ(sizes.vocabulary, 10);
  EXPECT_EQ(sizes.context, 32);
  EXPECT_EQ(sizes.normEpsilon, 1e-5f);
  EXPECT_EQ(sizes.ropeTheta, 5000);
  EXPECT_TRUE(sizes.tiedEmbeddings);
}

TEST(GgufArchitectureTest, HasDefaults) {
  GgufBuilder builder = smallLlama();
  builder.remove("llama.rope.freq_base");
  EXPECT_EQ(architectureOf(builder).ropeTheta, 10000);
  builder.remove("llama.attention.head_count_kv"); // as many as heads, so keys and values must be as wide as queries
  for (const char *name : {"blk.0.attn_k.weight", "blk.0.attn_v.weight"}) {
    builder.tensor(name).dimensions = {8, 8};
    builder.tensor(name).data += builder.tensor(name).data;
  }
  EXPECT_EQ(architectureOf(builder).keyValueHeads, 2);
}

TEST(GgufArchitectureTest, ReadsAHeadSizeOfItsOwn) {
  GgufBuilder builder = smallLlama();
  builder.setInteger("llama.attention.key_length", 2);
  EXPECT_EQ(importError(builder),
            "tensor 'blk.0.attn_q.weight': has 8 rows of 8 columns, but the metadata says 4 rows of 8 columns");
  builder.setInteger("llama.attention.head_count", 4);
  builder.setInteger("llama.attention.head_count_kv", 2);
  EXPECT_EQ(architectureOf(builder).headSize, 2);
}

/// The same blocks under another family's keys.
GgufBuilder smallOf(const std::string &family) {
  GgufBuilder builder = smallLlama();
  builder.setText("general.architecture", family);
  for (auto &[key, value] : builder.pairs)
    if (key.starts_with("llama."))
      key = family + key.substr(5);
  builder.setReal(family + ".attention.layer_norm_rms_epsilon", 1e-6f);
  return builder;
}

TEST(GgufArchitectureTest, QwenHasBiasesOrNormsOfHeads) {
  GgufBuilder two = smallOf("qwen2");
  EXPECT_EQ(importError(two), "tensor 'blk.0.attn_q.bias': is missing");
  two.addFloats("blk.0.attn_q.bias", 1, 8, std::vector<float>(8, 1));
  two.addFloats("blk.0.attn_k.bias", 1, 4, std::vector<float>(4, 1));
  two.addFloats("blk.0.attn_v.bias", 1, 4, std::vector<float>(4, 1));
  EXPECT_TRUE(architectureOf(two).projectionBias);
  EXPECT_EQ(architectureOf(two).family, "qwen2");
  two.setReal("qwen2.logit_scale", 2);
  EXPECT_EQ(importError(two),
            "metadata 'qwen2.logit_scale': is not known here and might change the numbers; --ignore-field "
            "NAME leaves it out");

  GgufBuilder three = smallOf("qwen3");
  three.addFloats("blk.0.attn_q_norm.weight", 1, 4, std::vector<float>(4, 1));
  three.addFloats("blk.0.attn_k_norm.weight", 1, 4, std::vector<float>(4, 1));
  EXPECT_EQ(architectureOf(three).headNorms, importer::HeadNorms::BeforeRope);
  EXPECT_EQ(architectureOf(three).normEpsilon, 1e-6f);
}

TEST(GgufArchitectureTest, EveryFourthBlockOfSmolLM3HasNoRope) {
  GgufBuilder builder = smallOf("smollm3");
  builder.setInteger("smollm3.block_count", 5);
  EXPECT_EQ(importError(builder), "tensor 'blk.1.attn_norm.weight': is missing");
  const std::vector<BuiltTensor> tensors = builder.tensors;
  for (int block = 1; block < 5; ++block)
    for (BuiltTensor tensor : tensors)
      if (tensor.name.starts_with("blk.0.")) {
        tensor.name.replace(4, 1, std::to_string(block));
        builder.tensors.push_back(tensor);
      }
  EXPECT_EQ(architectureOf(builder).ropeThetas, (std::vector<double>{5000, 5000, 5000, 0, 5000}));
  EXPECT_TRUE(architectureOf(smallLlama()).ropeThetas.empty());
  builder.addFloats("rope_freqs.weight", 1, 2, {1, 32}); // llama.cpp leaves it unread
  EXPECT_EQ(importError(builder),
            "tensor 'rope_freqs.weight': is not part of a model of family 'smollm3' as it is supported here");
}

TEST(GgufArchitectureTest, Gemma3) {
  GgufBuilder builder = smallOf("gemma3");
  EXPECT_EQ(importError(builder), "tensor 'blk.0.attn_q_norm.weight': is missing");
  for (const char *name : {"blk.0.attn_q_norm.weight", "blk.0.attn_k_norm.weight"})
    builder.addFloats(name, 1, 4, std::vector<float>(4, 1));
  for (const char *name : {"blk.0.post_attention_norm.weight", "blk.0.post_ffw_norm.weight"})
    builder.addFloats(name, 1, 8, std::vector<float>(8, 1));
  importer::Architecture sizes = architectureOf(builder);
  EXPECT_EQ(sizes.family, "gemma3_text");
  EXPECT_EQ(sizes.activation, importer::Activation::GeluTanh);
  EXPECT_EQ(sizes.blockNorms, importer::BlockNorms::Around);
  EXPECT_EQ(sizes.embeddingScale, std::sqrt(8.0f));
  EXPECT_EQ(sizes.attentionScale, 0); // the head size's
  EXPECT_TRUE(sizes.windows.empty());
  builder.setInteger("gemma3.attention.sliding_window", 512);
  sizes = architectureOf(builder);
  EXPECT_EQ(sizes.windows, std::vector<int64_t>{512});
  EXPECT_EQ(sizes.ropeThetas, std::vector<double>{10000});
  builder.setReal("gemma3.rope.freq_base_swa", 300);
  EXPECT_EQ(architectureOf(builder).ropeThetas, std::vector<double>{300});
  builder.setInteger("gemma3.attention.sliding_window_pattern", 1);
  EXPECT_TRUE(architectureOf(builder).windows.empty());
  builder.setInteger("gemma3.attention.sliding_window_pattern", 2);
  GgufBuilder capped = builder;
  capped.setReal("gemma3.final_logit_softcapping", 30);
  EXPECT_EQ(importError(capped), "metadata 'gemma3.final_logit_softcapping': is set, but logits are not capped here");
  builder.setReal("gemma3.rope.scaling.factor", 8);
  EXPECT_EQ(architectureOf(builder).ropeFactors, std::vector<double>{1}); // its only layer has a window
}

TEST(GgufArchitectureTest, Granite) {
  GgufBuilder builder = smallOf("granite");
  EXPECT_EQ(architectureOf(builder).attentionScale, 0); // the head size's
  EXPECT_EQ(architectureOf(builder).embeddingScale, 1);
  builder.setReal("granite.embedding_scale", 12);
  builder.setReal("granite.residual_scale", 0.25f);
  builder.setReal("granite.attention.scale", 0.5f);
  builder.setReal("granite.logit_scale", 8);
  importer::Architecture sizes = architectureOf(builder);
  EXPECT_EQ(sizes.embeddingScale, 12);
  EXPECT_EQ(sizes.residualScale, 0.25f);
  EXPECT_EQ(sizes.attentionScale, 0.5f);
  EXPECT_EQ(sizes.headScale, 0.125f);
  EXPECT_TRUE(sizes.ropeThetas.empty());
  builder.setReal("granite.logit_scale", -8);
  EXPECT_EQ(importError(builder), "metadata 'granite.logit_scale': -8.000000 is not a number from 1e-06 to 1e+06");
}

TEST(GgufArchitectureTest, Granite4WithoutMambaLayers) {
  GgufBuilder builder = smallOf("granite");
  for (const char *key : {"conv_kernel", "state_size", "group_count", "inner_size", "time_step_rank"})
    builder.setInteger("granite.ssm." + std::string(key), 4);
  builder.setInteger("granite.expert_shared_feed_forward_length", 12);
  builder.setIntegers("granite.attention.head_count_kv", {1});
  EXPECT_EQ(architectureOf(builder).hidden, 12);
  EXPECT_EQ(architectureOf(builder).keyValueHeads, 1);
  builder.setInteger("granite.expert_shared_feed_forward_length", 13);
  EXPECT_EQ(importError(builder), "metadata 'granite.expert_shared_feed_forward_length': is 13, but the width of the "
                                  "feed-forward half is 12");
}

TEST(GgufArchitectureTest, Llama4WithoutExperts) {
  GgufBuilder builder = smallOf("llama4");
  EXPECT_EQ(importError(builder), "metadata 'llama4.interleave_moe_layer_step': is 1, so layers have experts, which "
                                  "are not supported"); // what is left out
  builder.setInteger("llama4.interleave_moe_layer_step", 0);
  EXPECT_EQ(importError(builder), "metadata 'llama4.attention.sliding_window': is not 0, so layers see chunks or have "
                                  "no RoPE, which is not supported");
  builder.setInteger("llama4.attention.sliding_window", 0);
  builder.setInteger("llama4.expert_feed_forward_length", 7);
  EXPECT_EQ(architectureOf(builder).family, "llama4_text");
  EXPECT_EQ(architectureOf(builder).headNorms, importer::HeadNorms::AfterRope);
  builder.setInteger("llama4.interleave_moe_layer_step", 2); // beyond the only layer
  EXPECT_EQ(architectureOf(builder).hidden, 12);
}

TEST(GgufArchitectureTest, Olmo2) {
  GgufBuilder builder = smallOf("olmo2");
  EXPECT_EQ(
      importError(builder),
      "tensor 'blk.0.attn_q_norm.weight': is missing; the file has 'blk.0.attn_norm.weight', which no such model has");
  builder.addFloats("blk.0.attn_q_norm.weight", 1, 8, std::vector<float>(8, 1));
  builder.addFloats("blk.0.attn_k_norm.weight", 1, 4, std::vector<float>(4, 1));
  for (const char *name : {"blk.0.post_attention_norm.weight", "blk.0.post_ffw_norm.weight"})
    builder.addFloats(name, 1, 8, std::vector<float>(8, 1));
  EXPECT_EQ(importError(builder),
            "tensor 'blk.0.attn_norm.weight': is not part of a model of family 'olmo2' as it is supported here");
  std::erase_if(builder.tensors, [](const BuiltTensor &tensor) {
    return tensor.name == "blk.0.attn_norm.weight" || tensor.name == "blk.0.ffn_norm.weight";
  });
  EXPECT_EQ(architectureOf(builder).headNorms, importer::HeadNorms::AllHeads);
  EXPECT_EQ(architectureOf(builder).blockNorms, importer::BlockNorms::After);
}

TEST(GgufArchitectureTest, FindsTheScalingBehindDivisors) {
  GgufBuilder builder = smallLlama(); // heads of 4: frequencies 1 and 1 / sqrt(theta)
  builder.setReal("llama.rope.freq_base", 1e10);
  builder.addFloats("rope_freqs.weight", 1, 2, {1, 32});
  EXPECT_EQ(architectureOf(builder).ropeScaling, (importer::RopeScaling{32, 1, 4, 8192}));
  builder.tensor("rope_freqs.weight").data = std::string("\0\0\x80\x3f\0\0\x80\x3f", 8); // 1 and 1
  EXPECT_EQ(architectureOf(builder).ropeScaling, importer::RopeScaling());
}

TEST(GgufArchitectureTest, KeysThatSayTheUsual) {
  GgufBuilder builder = smallLlama();
  builder.setIntegers("llama.attention.head_count", {2});
  builder.setIntegers("llama.feed_forward_length", {12});
  for (const char *key : {"llama.attention.sliding_window", "llama.leading_dense_block_count"})
    builder.setInteger(key, 0);
  for (const char *key : {"llama.logit_scale", "llama.rope.scaling.attn_factor"})
    builder.setReal(key, 1);
  builder.setFlag("llama.use_parallel_residual", false);
  EXPECT_EQ(importError(builder), "");
  builder.setReal("llama.logit_scale", 2);
  EXPECT_NE(importError(builder).find("metadata 'llama.logit_scale': is not known here"), std::string::npos);
}

TEST(GgufArchitectureTest, LinearScaling) {
  GgufBuilder builder = smallLlama();
  builder.setReal("llama.rope.scaling.factor", 4); // a factor alone means it
  EXPECT_EQ(architectureOf(builder).ropeScaling, (importer::RopeScaling{4, 1, 4, 0}));
  builder.setText("llama.rope.scaling.type", "linear");
  EXPECT_EQ(architectureOf(builder).ropeScaling, (importer::RopeScaling{4, 1, 4, 0}));
  builder.remove("llama.rope.scaling.factor");
  builder.setReal("llama.rope.scale_linear", 2); // as older files have it
  EXPECT_EQ(architectureOf(builder).ropeScaling.factor, 2);
  builder.setReal("llama.rope.freq_base", 1e10);
  builder.addFloats("rope_freqs.weight", 1, 2, {1, 32});
  EXPECT_EQ(importError(builder), "metadata 'llama.rope.scaling.factor': scales RoPE, and so does the tensor "
                                  "'rope_freqs.weight': one of both is possible");
}

TEST(GgufArchitectureTest, BiasesThatAreThereAreAdded) {
  GgufBuilder builder = smallLlama();
  EXPECT_FALSE(architectureOf(builder).projectionBias);
  // Heads of 4, whose elements the file interleaves.
  builder.addFloats("blk.0.attn_q.bias", 1, 8, {0, 1, 2, 3, 4, 5, 6, 7});
  EXPECT_EQ(importError(builder), "tensor 'blk.0.attn_k.bias': is missing");
  builder.addFloats("blk.0.attn_k.bias", 1, 4, std::vector<float>(4, 1));
  builder.addFloats("blk.0.attn_v.bias", 1, 4, {0, 1, 2, 3});
  builder.addFloats("blk.0.attn_output.bias", 1, 8, std::vector<float>(8, 1));
  builder.addFloats("blk.0.ffn_gate.bias", 1, 12, std::vector<float>(12, 1));
  builder.addFloats("blk.0.ffn_up.bias", 1, 12, std::vector<float>(12, 1));
  builder.addFloats("blk.0.ffn_down.bias", 1, 8, std::vector<float>(8, 1));
  builder.addFloats("output.bias", 1, 10, std::vector<float>(10, 1));
  const importer::ImportedModel model = import(builder);
  EXPECT_TRUE(model.architecture.projectionBias && model.architecture.attentionOutBias);
  EXPECT_TRUE(model.architecture.feedForwardBias && model.architecture.headBias);
  std::vector<float> q(8), v(4);
  model.source->readRows("blk.0.attn_q.bias", 0, 1, q.data());
  model.source->readRows("blk.0.attn_v.bias", 0, 1, v.data());
  EXPECT_EQ(q, (std::vector<float>{0, 2, 1, 3, 4, 6, 5, 7}));
  EXPECT_EQ(v, (std::vector<float>{0, 1, 2, 3}));
}

TEST(GgufArchitectureTest, SeesAnUntiedHead) {
  GgufBuilder builder = smallLlama();
  BuiltTensor head = builder.tensor("token_embd.weight");
  head.name = "output.weight";
  builder.tensors.push_back(head);
  EXPECT_TRUE(architectureOf(builder).tiedEmbeddings) << "a copy of the embedding matrix is the embedding matrix";
  builder.tensors.back().data[5] ^= 1;
  EXPECT_FALSE(architectureOf(builder).tiedEmbeddings);
}

TEST(GgufArchitectureTest, AcceptsKeysThatSayTheUsual) {
  GgufBuilder builder = smallLlama();
  builder.setText("llama.rope.scaling.type", "none");
  builder.setReal("llama.rope.scaling.factor", 4); // of no type
  builder.setInteger("llama.expert_count", 0);
  builder.setFlag("llama.attention.causal", true);
  builder.setInteger("llama.rope.dimension_count", 4);
  builder.setInteger("llama.attention.value_length", 4);
  builder.setInteger("llama.vocab_size", 10);
  builder.setInteger("general.quantization_version", 2);
  builder.setInteger("something.else", 5); // another namespace
  EXPECT_EQ(importError(builder), "");
}

} // namespace
} // namespace weebill::tests
