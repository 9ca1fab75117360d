//===- ModelTypes.cpp - What config.json may say for each model type ------===//

#include "compiler/import/huggingface/ModelTypes.h"

#include "compiler/import/Refuse.h"

#include <set>

namespace weebill::huggingface {

namespace {

using Fields = std::set<std::string_view>;

struct Row {
  ModelType type;
  std::string_view name;
  Fields own; // fields that only this type has
};

/// Fields that say nothing about the numbers of a forward pass, or nothing beyond what the tensors say.
const Fields &harmlessFields() {
  static const Fields names = {
      "_attn_implementation",
      "_attn_implementation_autoset",
      "_name_or_path",
      "architectures",
      "attention_dropout",
      "auto_map",
      "cache_implementation",
      "dtype",
      "finetuning_task",
      "id2label",
      "initializer_range",
      "is_llama_config",
      "label2id",
      "max_window_layers", // of windows, which are refused
      "output_attentions",
      "output_hidden_states",
      "pad_token_id",
      "resid_pdrop",
      "return_dict",
      "torch_dtype",
      "torchscript",
      "transformers.js_config",
      "transformers_version",
      "unsloth_fixed",
      "unsloth_version",
      "use_cache",
      "use_return_dict",
  };
  return names;
}

/// Fields that ReadConfig.cpp and RopeConfig.cpp read.
const Fields &readFields() {
  static const Fields names = {
      "model_type",         "hidden_size",     "intermediate_size",   "num_hidden_layers", "num_attention_heads",
      "hidden_act",         "rope_theta",      "num_key_value_heads", "head_dim",          "max_position_embeddings",
      "rope_scaling",       "rope_parameters", "rms_norm_eps",        "vocab_size",        "tie_word_embeddings",
      "attention_bias",     "mlp_bias",        "rope_interleaved",    "pretraining_tp",    "partial_rotary_factor",
      "use_sliding_window", "bos_token_id",    "eos_token_id",
  };
  return names;
}

const std::vector<Row> &rows() {
  // The width of a window means nothing while use_sliding_window, which is read, is false.
  static const std::vector<Row> list = {
      {ModelType::Llama, "llama", {}},
      {ModelType::MobileLlm, "mobilellm", {"share_embedding", "layer_sharing"}},
      {ModelType::Qwen2, "qwen2", {"layer_types", "sliding_window", "use_mrope"}},
      {ModelType::Qwen3, "qwen3", {"layer_types", "sliding_window"}},
      // Read by Llama4Config.cpp; the rest is about experts and layers without RoPE, both refused, and training.
      {ModelType::Llama4Text,
       "llama4_text",
       {"attention_chunk_size", "interleave_moe_layer_step", "intermediate_size_mlp", "layer_types", "moe_layers",
        "no_rope_layer_interval", "no_rope_layers", "use_qk_norm",                                          //
        "attn_scale", "attn_temperature_tuning", "floor_scale", "num_experts_per_tok", "num_local_experts", //
        "for_llm_compressor", "output_router_logits", "router_aux_loss_coef", "router_jitter_noise"}},
  };
  return list;
}

} // namespace

std::optional<ModelType> findModelType(std::string_view name) {
  for (const Row &row : rows())
    if (row.name == name)
      return row.type;
  return std::nullopt;
}

std::string modelTypeNames() {
  std::string text;
  for (size_t i = 0; i < rows().size(); ++i)
    text += (i == 0 ? "" : i + 1 == rows().size() ? " and " : ", ") + importer::quoted(rows()[i].name);
  return text;
}

bool isKnownField(ModelType type, std::string_view field) {
  if (harmlessFields().contains(field) || readFields().contains(field))
    return true;
  for (const Row &row : rows())
    if (row.type == type)
      return row.own.contains(field);
  return false;
}

} // namespace weebill::huggingface
