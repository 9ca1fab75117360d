// Small configurations, and what is said of them.

#ifndef WEEBILL_TESTS_UNIT_COMPILER_IMPORT_SMALLCONFIG_H
#define WEEBILL_TESTS_UNIT_COMPILER_IMPORT_SMALLCONFIG_H

#include "compiler/import/huggingface/ReadConfig.h"

#include "HuggingFaceFolder.h"

#include <gtest/gtest.h>

namespace weebill::tests {

using nlohmann::json;

inline json llama() { return SmallFolder().config; }

inline json ofType(const std::string &type) {
  json config = llama();
  config["model_type"] = type;
  return config;
}

/// LFM2's as it is published, with the sizes of the small folder.
inline json lfm2() {
  json config = ofType("lfm2");
  for (const char *name : {"intermediate_size", "rms_norm_eps", "tie_word_embeddings"})
    config.erase(name);
  config["num_hidden_layers"] = 3;
  config["norm_eps"] = config["block_norm_eps"] = 1e-6;
  config["block_dim"] = config["conv_dim"] = config["conv_dim_out"] = 8;
  config["num_heads"] = 2;
  config["theta"] = config["rope_theta"] = 5e5;
  config["tie_embedding"] = true;
  config["block_ff_dim"] = 20;
  config["block_auto_adjust_ff_dim"] = true;
  config["block_ffn_dim_multiplier"] = 1.0;
  config["block_multiple_of"] = 4;
  config["block_mlp_init_scale"] = config["block_out_init_scale"] = 1.0;
  config["block_use_swiglu"] = config["block_use_xavier_init"] = config["conv_use_xavier_init"] = true;
  config["use_pos_enc"] = true;
  config["conv_bias"] = false;
  config["conv_L_cache"] = 3;
  config["full_attn_idxs"] = {1};
  return config;
}

inline importer::Architecture sizesOf(const json &config) {
  return huggingface::parseConfig("c", config.dump()).architecture;
}

/// The complaint about `config` with one field set, without its place.
inline std::string complaint(json config, const std::string &key, const json &value) {
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

} // namespace weebill::tests

#endif // WEEBILL_TESTS_UNIT_COMPILER_IMPORT_SMALLCONFIG_H
