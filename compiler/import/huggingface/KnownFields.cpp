//===- KnownFields.cpp - What config.json may say -------------------------===//
//
// Tested by tests/unit/compiler/import/ReadConfigTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/KnownFields.h"

#include <algorithm>
#include <set>

namespace weebill::huggingface {

namespace {

using Fields = std::set<std::string_view>;

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

} // namespace

bool isKnownField(const families::ConfigForm &form, std::string_view field) {
  return harmlessFields().contains(field) || readFields().contains(field) ||
         std::find(form.fields.begin(), form.fields.end(), field) != form.fields.end();
}

} // namespace weebill::huggingface
