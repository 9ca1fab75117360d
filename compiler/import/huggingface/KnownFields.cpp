//===- KnownFields.cpp - What config.json may say -------------------------===//
//
// Tested by tests/unit/compiler/import/ReadConfigTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/KnownFields.h"

#include "compiler/import/huggingface/GenerationSettings.h"

#include <algorithm>
#include <initializer_list>
#include <set>

namespace weebill::huggingface {

namespace {

using Fields = std::set<std::string_view>;
using Kind = description::JsonValue::Kind;

/// Fields that say nothing about the numbers of a forward pass, with the reason why.
struct HarmlessFields {
  const char *reason;
  std::initializer_list<std::string_view> names;
};

const HarmlessFields kHarmless[] = {
    {"where the model comes from and which programs wrote or load it",
     {"_commit_hash", "_name_or_path", "architectures", "auto_map", "base_model_name_or_path", "language", "license",
      "model_name", "name", "transformers.js_config", "transformers_version", "unsloth_fixed", "unsloth_version",
      "is_llama_config"}},
    {"the tensors have their own types",
     {"bf16", "dtype", "fp16", "fp32", "torch_dtype", "torchscript", "use_bfloat16"}},
    {"how a library computes the same numbers",
     {"_attn_implementation", "_attn_implementation_autoset", "_attn_implementation_internal", "_flash_attn_2_enabled",
      "attn_implementation", "cache_implementation", "use_cache", "use_cache_quantization", "use_cache_kernel",
      "logits_to_keep", "model_parallel_size", "num_logits_to_keep", "tensor_parallel_size", "use_flash_attention",
      "use_flash_attention_2", "use_flash_attn", "use_sdpa", "chunk_size_feed_forward"}},
    {"what a library returns beside the logits",
     {"_output_attentions", "keys_to_ignore_at_inference", "output_attentions", "output_hidden_states", "output_logits",
      "output_router_logits", "output_scores", "return_dict", "return_dict_in_generate", "use_return_dict"}},
    {"training only",
     {"attention_dropout",
      "attention_probs_dropout_prob",
      "attn_pdrop",
      "classifier_dropout",
      "dropout",
      "embd_pdrop",
      "ffn_dropout",
      "loss_type",
      "neftune_noise_alpha",
      "router_aux_loss_coef",
      "router_jitter_noise",
      "z_loss_coefficient",
      "embedding_dropout",
      "gradient_checkpointing",
      "hidden_dropout",
      "hidden_dropout_prob",
      "initializer_factor",
      "initializer_range",
      "resid_pdrop",
      "residual_dropout",
      "tf_legacy_loss",
      "use_reentrant"}},
    {"classification, which no model here does",
     {"finetuning_task", "id2label", "label2id", "num_labels", "problem_type", "task_specific_params"}},
    {"how tokens are chosen, which GenerationSettings.cpp reads, and how many",
     {"diversity_penalty", "do_sample", "early_stopping", "length_penalty", "max_length", "max_new_tokens", "min_p",
      "num_return_sequences", "prefix", "remove_invalid_values", "renormalize_logits", "repetition_penalty",
      "temperature", "top_k", "top_p"}},
    {"the tokenizer, whose own files say it",
     {"cls_token_id", "decoder_start_token_id", "mask_token_id", "pad_token_id", "sep_token_id", "unk_token_id"}},
    {"lengths for training and tokenizers; the context is 'max_position_embeddings'",
     {"max_seq_len", "max_seq_length", "max_sequence_length", "model_max_length", "original_max_position_embeddings",
      "seq_length"}},
    {"encoders, of which there is none: a decoder is built whatever these say",
     {"cross_attention_hidden_size", "is_decoder", "tie_encoder_decoder"}},
    {"windows of attention, which are refused where they are in use", {"max_window_layers"}},
};

/// Fields that say nothing as long as they are false, 0 or empty, as everybody writes them.
const HarmlessFields kHarmlessIfUnset[] = {
    {"another model if they are set",
     {"add_cross_attention",
      "alibi",
      "attn_logit_softcapping",
      "clip_qkv",
      "final_logit_softcapping",
      "is_encoder_decoder",
      "lm_head_bias",
      "moe_layers",
      "n_routed_experts",
      "n_shared_experts",
      "num_experts",
      "num_experts_per_tok",
      "num_local_experts",
      "num_nextn_predict_layers",
      "pruned_heads",
      "qk_norm",
      "qkv_bias",
      "use_alibi",
      "use_bias",
      "use_mrope",
      "use_parallel_residual",
      "use_qk_norm"}},
};

/// Fields that ReadConfig.cpp, RopeConfig.cpp and Quantization.cpp read.
const Fields &readFields() {
  static const Fields names = {
      "model_type",         "hidden_size",     "intermediate_size",   "num_hidden_layers", "num_attention_heads",
      "hidden_act",         "rope_theta",      "num_key_value_heads", "head_dim",          "max_position_embeddings",
      "rope_scaling",       "rope_parameters", "rms_norm_eps",        "vocab_size",        "tie_word_embeddings",
      "attention_bias",     "mlp_bias",        "rope_interleaved",    "pretraining_tp",    "partial_rotary_factor",
      "use_sliding_window", "bos_token_id",    "eos_token_id",        "tokenizer_class",   "quantization_config",
      "quantization",       "w_bits",
  };
  return names;
}

template <size_t N> bool contains(const HarmlessFields (&table)[N], std::string_view field) {
  return std::any_of(std::begin(table), std::end(table), [&](const HarmlessFields &row) {
    return std::find(row.names.begin(), row.names.end(), field) != row.names.end();
  });
}

/// What else says nothing: that the usual is done.
bool isUsual(const description::JsonMember &member) {
  const auto isText = [&](std::string_view text) {
    return member.value.kind == Kind::Text && member.value.text == text;
  };
  if (member.key == "layer_types")
    return member.value.kind == Kind::List &&
           std::all_of(member.value.items.begin(), member.value.items.end(), [](const description::JsonValue &type) {
             return type.kind == Kind::Text && type.text == "full_attention";
           });
  return (member.key == "is_causal" && member.value.kind == Kind::Boolean && member.value.boolean) ||
         (member.key == "rope_type" && isText("default")) ||
         (member.key == "position_embedding_type" && isText("rope"));
}

bool isUnset(const description::JsonValue &value) {
  switch (value.kind) {
  case Kind::Null:
    return true;
  case Kind::Boolean:
    return !value.boolean;
  case Kind::Integer:
  case Kind::Real:
    return value.real == 0;
  case Kind::List:
    return value.items.empty();
  case Kind::Object:
    return value.members.empty();
  case Kind::Text:
    return value.text.empty();
  }
  return false;
}

} // namespace

bool isReadField(const families::ConfigForm &form, std::string_view field) {
  return readFields().contains(field) || std::find(form.fields.begin(), form.fields.end(), field) != form.fields.end();
}

bool isKnownField(const families::ConfigForm &form, const description::JsonMember &member) {
  return isReadField(form, member.key) || contains(kHarmless, member.key) || isLeftOutSetting(member.key) ||
         (contains(kHarmlessIfUnset, member.key) && isUnset(member.value)) || isUsual(member);
}

} // namespace weebill::huggingface
