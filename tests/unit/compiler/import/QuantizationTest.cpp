// quantization_config: what is read of it, and what is refused.

#include "compiler/import/huggingface/Quantization.h"

#include "compiler/import/ImportedModel.h"
#include "compiler/import/huggingface/PackedLayouts.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace weebill::tests {
namespace {

using nlohmann::json;

std::optional<huggingface::Quantization> read(const json &settings) {
  return huggingface::readQuantization("c", {{"quantization_config", settings}});
}

std::string complaint(json settings, const json &change) {
  settings.update(change);
  try {
    read(settings);
  } catch (const importer::InputError &error) {
    return error.what();
  }
  return "";
}

const json kGptq = {{"quant_method", "gptq"}, {"bits", 4}, {"group_size", 128}, {"desc_act", false}, {"sym", true}};
const json kWeights = {{"num_bits", 4}, {"type", "int"}, {"strategy", "group"}, {"group_size", 64}};

json compressed(const json &weights) {
  return {{"quant_method", "compressed-tensors"},
          {"format", "pack-quantized"},
          {"config_groups", {{"group_0", {{"weights", weights}}}}}};
}

TEST(QuantizationTest, WhatIsRead) {
  EXPECT_FALSE(huggingface::readQuantization("c", json::object()));
  for (const json &nothing : {json(nullptr), json(false), json::object()})
    EXPECT_FALSE(read(nothing)) << nothing;
  const auto gptq = read(kGptq);
  ASSERT_TRUE(gptq);
  EXPECT_EQ(gptq->layout, &huggingface::kGptq);
  EXPECT_EQ(gptq->packing.bits, 4);
  EXPECT_EQ(gptq->packing.group, 128);
  EXPECT_TRUE(gptq->zerosLessOne);
  json second = kGptq;
  second["checkpoint_format"] = "gptq_v2";
  EXPECT_FALSE(read(second)->zerosLessOne);
  second["group_size"] = -1;
  EXPECT_EQ(read(second)->packing.group, 0);
  const auto bytes = read(compressed({{"num_bits", 8}, {"type", "int"}, {"strategy", "channel"}}));
  EXPECT_EQ(bytes->packing.group, 0);
  EXPECT_EQ(read(compressed(kWeights))->packing.group, 64);
}

TEST(QuantizationTest, MlxNamesModulesThatDiffer) {
  const json settings = {{"bits", 4}, {"group_size", 64}, {"lm_head", {{"bits", 8}, {"group_size", 32}}}};
  const auto mlx = huggingface::readQuantization("c", {{"quantization", settings}});
  EXPECT_EQ(mlx->layout, &huggingface::kMlx);
  EXPECT_EQ(mlx->packingOf("model.layers.0.mlp.up_proj").bits, 4);
  EXPECT_EQ(mlx->packingOf("lm_head").bits, 8);
  EXPECT_EQ(mlx->packingOf("lm_head").group, 32);
}

TEST(QuantizationTest, WhatIsRefused) {
  const std::string field = "c: 'quantization_config': ";
  EXPECT_EQ(complaint(kGptq, {{"quant_method", "fp8"}}),
            field +
                "asks for 'fp8', read are awq, compressed-tensors, gptq, torchao and what MLX writes: save the model's "
                "numbers instead (dequantize, then save_pretrained), or a GGUF file");
  EXPECT_EQ(complaint(kGptq, {{"bits", 3}}), field + "has codes of 3 bits, which are not read of gptq");
  EXPECT_EQ(complaint(kGptq, {{"bits", 4.5}}), field + "has 'bits' '4.5', but must be an integer from 1 to 32");
  EXPECT_EQ(complaint(kGptq, {{"group_size", -2}}),
            field + "has 'group_size' '-2', but must be an integer from -1 to 1048576");
  EXPECT_EQ(complaint(kGptq, {{"group_size", nullptr}}),
            field + "has 'group_size' left out, but must be an integer from -1 to 1048576");
  EXPECT_EQ(complaint(kGptq, {{"dynamic", {{"-:lm_head", {}}}}}),
            field + "packs matrices differently ('dynamic'), which is not read");
  EXPECT_EQ(complaint(kGptq, {{"pack_dtype", "int16"}}), field + "has 'pack_dtype' 'int16', read is 'int32'");
  EXPECT_EQ(complaint({{"bits", 4}, {"group_size", 32}}, {{"mode", "mxfp4"}}),
            field + "has 'mode' 'mxfp4', read is 'affine'");
  EXPECT_EQ(complaint(compressed(kWeights), {{"kv_cache_scheme", {{"num_bits", 8}}}}),
            field + "rounds keys and values in its own way ('kv_cache_scheme'): leave it out, and see --cache int8");
  EXPECT_EQ(complaint(compressed(kWeights), {{"config_groups", json::object()}}),
            field + "has 0 groups of modules in 'config_groups', read is one for all");
  json floats = kWeights;
  floats["type"] = "float";
  EXPECT_EQ(complaint(compressed(floats), json::object()), field + "has 'type' 'float', read is 'int'");
  EXPECT_EQ(complaint(compressed(kWeights), {{"format", "marlin-24"}}),
            field + "has 'format' 'marlin-24', read is 'pack-quantized' and 'int-quantized'");
}

} // namespace
} // namespace weebill::tests
