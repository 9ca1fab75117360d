// Metadata of GGUF files that is missing, contradicts itself, or would change the numbers: a refusal by name.

#include "GgufBuilder.h"

#include "compiler/import/ImportedModel.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

namespace weebill::tests {
namespace {

/// A change to the small model and the error it makes.
struct Refusal {
  void (*change)(GgufBuilder &);
  const char *error;
};

void PrintTo(const Refusal &c, std::ostream *out) { *out << c.error; }

class RefusalTest : public testing::TestWithParam<Refusal> {};

TEST_P(RefusalTest, NamesTheReason) {
  GgufBuilder builder = smallLlama();
  GetParam().change(builder);
  EXPECT_EQ(importError(builder), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    Metadata, RefusalTest,
    testing::Values(
        Refusal{[](GgufBuilder &b) { b.remove("general.architecture"); },
                "metadata 'general.architecture': is missing"},
        Refusal{[](GgufBuilder &b) { b.setText("general.architecture", "gemma2"); },
                "metadata 'general.architecture': is 'gemma2', supported are 'llama', 'llama4', 'qwen2', 'qwen3', "
                "'smollm3', 'gemma3', 'olmo2', 'granite' and 'lfm2'"},
        Refusal{[](GgufBuilder &b) { b.setInteger("general.quantization_version", 1); },
                "metadata 'general.quantization_version': is 1, but the version that is read is 2"},
        Refusal{[](GgufBuilder &b) { b.remove("llama.block_count"); }, "metadata 'llama.block_count': is missing"},
        Refusal{[](GgufBuilder &b) { b.setInteger("llama.block_count", 0); },
                "metadata 'llama.block_count': is 0, at least 1 is needed"},
        Refusal{[](GgufBuilder &b) { b.setInteger("llama.block_count", 2000000000); },
                "tensor 'blk.1.attn_norm.weight': is missing"},
        Refusal{[](GgufBuilder &b) { b.setIntegers("llama.attention.head_count", {2, 1}); },
                "metadata 'llama.attention.head_count': differs from block to block, which is not supported"},
        Refusal{[](GgufBuilder &b) { b.setInteger("llama.attention.head_count", 3); },
                "metadata 'llama.attention.head_count': 3 heads do not divide the width 8, and there is no "
                "'llama.attention.key_length'"},
        Refusal{[](GgufBuilder &b) { b.setInteger("llama.attention.head_count", 8); },
                "metadata 'llama.attention.key_length': head size 1 is odd, RoPE needs pairs"},
        Refusal{[](GgufBuilder &b) {
                  b.setInteger("llama.attention.head_count", 4);
                  b.setInteger("llama.attention.head_count_kv", 3);
                },
                "metadata 'llama.attention.head_count_kv': 3 key-value heads do not divide 4 heads"},
        Refusal{[](GgufBuilder &b) { b.setInteger("llama.attention.value_length", 8); },
                "metadata 'llama.attention.value_length': is 8, but the head size of the keys is 4"},
        Refusal{[](GgufBuilder &b) { b.setInteger("llama.rope.dimension_count", 2); },
                "metadata 'llama.rope.dimension_count': is 2, but the head size, and RoPE over a part of a head is not "
                "supported: the head size is 4"},
        Refusal{
            [](GgufBuilder &b) { b.setText("llama.rope.scaling.type", "yarn"); },
            "metadata 'llama.rope.scaling.type': RoPE scaling 'yarn' is not supported, only 'none' and 'linear' are"},
        Refusal{[](GgufBuilder &b) { b.setReal("llama.rope.scaling.factor", 0.5); },
                "metadata 'llama.rope.scaling.factor': is 0.500000, which is not from 1 to 1000000"},
        Refusal{[](GgufBuilder &b) { b.setReal("llama.rope.scale_linear", -4); },
                "metadata 'llama.rope.scale_linear': is -4.000000, which is not from 1 to 1000000"},
        Refusal{[](GgufBuilder &b) { b.setReal("llama.rope.freq_base", 0); },
                "metadata 'llama.rope.freq_base': 0.000000 is not a finite number above 0"},
        Refusal{[](GgufBuilder &b) { b.setReal("llama.rope.freq_base", NAN); },
                "metadata 'llama.rope.freq_base': nan is not a finite number above 0"},
        Refusal{[](GgufBuilder &b) { b.setReal("llama.attention.layer_norm_rms_epsilon", -1); },
                "metadata 'llama.attention.layer_norm_rms_epsilon': -1.000000 is not a finite number of at least 0"},
        Refusal{[](GgufBuilder &b) { b.remove("llama.attention.layer_norm_rms_epsilon"); },
                "metadata 'llama.attention.layer_norm_rms_epsilon': is missing"},
        Refusal{[](GgufBuilder &b) { b.setFlag("llama.attention.causal", false); },
                "metadata 'llama.attention.causal': attention that looks ahead is not supported"},
        Refusal{[](GgufBuilder &b) { b.setInteger("llama.expert_count", 8); },
                "metadata 'llama.expert_count': is 8, but the number of experts that is supported is 0"},
        Refusal{
            [](GgufBuilder &b) { b.setReal("llama.logit_scale", 2); },
            "metadata 'llama.logit_scale': is not known here and might change the numbers; --ignore-field NAME leaves "
            "it out"},
        Refusal{[](GgufBuilder &b) { b.setInteger("llama.vocab_size", 11); },
                "metadata 'llama.vocab_size': is 11, but the number of rows of 'token_embd.weight' is 10"}));

INSTANTIATE_TEST_SUITE_P(
    Tensors, RefusalTest,
    testing::Values(
        Refusal{[](GgufBuilder &b) { b.removeTensor("token_embd.weight"); }, "tensor 'token_embd.weight': is missing"},
        Refusal{[](GgufBuilder &b) { b.removeTensor("output_norm.weight"); },
                "tensor 'output_norm.weight': is missing"},
        Refusal{[](GgufBuilder &b) { b.removeTensor("blk.0.ffn_up.weight"); },
                "tensor 'blk.0.ffn_up.weight': is missing"},
        Refusal{[](GgufBuilder &b) { b.tensor("blk.0.ffn_down.weight").dimensions = {8, 12}; },
                "tensor 'blk.0.ffn_down.weight': has 12 rows of 8 columns, but the metadata says 8 rows of 12 columns"},
        Refusal{[](GgufBuilder &b) { b.tensor("blk.0.ffn_norm.weight").dimensions = {8, 1}; },
                "tensor 'blk.0.ffn_norm.weight': has 1 rows of 8 columns, but the metadata says 8 elements"},
        Refusal{[](GgufBuilder &b) { b.addFloats("blk.0.attn_norm.bias", 1, 8, std::vector<float>(8)); },
                "tensor 'blk.0.attn_norm.bias': is not part of a model of family 'llama' as it is supported here"},
        Refusal{[](GgufBuilder &b) { b.addFloats("rope_freqs.weight", 1, 2, {8, 1}); },
                "tensor 'rope_freqs.weight': divides frequency 1 by 1.000000, where the scaling of Llama 3 that comes "
                "nearest to the other frequencies divides it by 8.000000; no other is supported"},
        Refusal{[](GgufBuilder &b) { b.addFloats("rope_freqs.weight", 1, 3, {1, 8, 8}); },
                "tensor 'rope_freqs.weight': has 1 x 3 elements, but heads of 4 have 2 frequencies"},
        Refusal{[](GgufBuilder &b) { b.addFloats("rope_freqs.weight", 1, 2, {1, NAN}); },
                "tensor 'rope_freqs.weight': has the divisor nan, which is not from 1 to 1000000"}));

} // namespace
} // namespace weebill::tests
