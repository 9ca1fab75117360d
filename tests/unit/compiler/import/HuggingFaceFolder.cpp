// Folders for tests: the interface says what they hold. Tested by those who use them.

#include "HuggingFaceFolder.h"

#include "compiler/import/ImportedModel.h"

#include <functional>
#include <numeric>

namespace weebill::tests {

using nlohmann::json;

std::string safetensors(const std::string &header, const std::string &data) {
  const uint64_t length = header.size(); // the tests' machine is little endian
  return std::string(reinterpret_cast<const char *>(&length), sizeof length) + header + data;
}

void SafetensorsBuilder::add(const std::string &name, const std::vector<uint64_t> &shape,
                             const std::vector<float> &values) {
  const size_t begin = data.size();
  data.append(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(float));
  header[name] = {{"dtype", "F32"}, {"shape", shape}, {"data_offsets", {begin, data.size()}}};
}

SmallFolder::SmallFolder() {
  config = {{"model_type", "llama"},    {"hidden_size", 8},
            {"intermediate_size", 12},  {"num_hidden_layers", 1},
            {"num_attention_heads", 2}, {"num_key_value_heads", 1},
            {"vocab_size", 16},         {"max_position_embeddings", 64},
            {"rms_norm_eps", 1e-5},     {"tie_word_embeddings", true},
            {"bos_token_id", 0},        {"eos_token_id", 1}};
  const std::string block = "model.layers.0.";
  shapes = {{"model.embed_tokens.weight", {16, 8}},      {"model.norm.weight", {8}},
            {block + "input_layernorm.weight", {8}},     {block + "self_attn.q_proj.weight", {8, 8}},
            {block + "self_attn.k_proj.weight", {4, 8}}, {block + "self_attn.v_proj.weight", {4, 8}},
            {block + "self_attn.o_proj.weight", {8, 8}}, {block + "post_attention_layernorm.weight", {8}},
            {block + "mlp.gate_proj.weight", {12, 8}},   {block + "mlp.up_proj.weight", {12, 8}},
            {block + "mlp.down_proj.weight", {8, 12}}};
  tokenizer = json::parse(R"({
    "added_tokens": [{"id": 0, "content": "<s>", "special": true, "normalized": false},
                     {"id": 1, "content": "</s>", "special": true, "normalized": false},
                     {"id": 9, "content": "printed", "special": false, "normalized": true}],
    "normalizer": null,
    "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true},
    "post_processor": {"type": "ByteLevel", "trim_offsets": true},
    "decoder": {"type": "ByteLevel"},
    "model": {"type": "BPE", "unk_token": null, "byte_fallback": false,
              "vocab": {"<s>": 0, "a": 2, "b": 3, "\u0120": 4, "ab": 5, "\u0120ab": 6},
              "merges": ["a b", ["\u0120", "ab"]]}})");
  tokenizerConfig = {{"bos_token", "<s>"}, {"eos_token", {{"content", "</s>"}}}};
}

std::vector<float> SmallFolder::values(const std::string &name) const {
  const std::vector<uint64_t> &shape = shapes.at(name);
  std::vector<float> result(std::accumulate(shape.begin(), shape.end(), uint64_t(1), std::multiplies<>()));
  for (size_t i = 0; i < result.size(); ++i)
    result[i] = float(name.size()) + float(i) / 1024;
  return result;
}

std::string SmallFolder::checkpoint() const {
  SafetensorsBuilder builder;
  for (const auto &[name, shape] : shapes)
    builder.add(name, shape, values(name));
  return builder.bytes();
}

void SmallFolder::write(const TemporaryFolder &folder) const {
  std::map<std::string, std::string> all = {{"config.json", config.dump()},
                                            {"model.safetensors", checkpoint()},
                                            {"tokenizer.json", tokenizer.dump()},
                                            {"tokenizer_config.json", tokenizerConfig.dump()}};
  for (const auto &[name, bytes] : files)
    all[name] = bytes;
  for (const auto &[name, bytes] : all)
    folder.write(name, bytes);
}

std::string SmallFolder::importError() const {
  const TemporaryFolder folder;
  write(folder);
  try {
    const importer::ImportedModel model = importer::importModel(folder.path().string());
    for (const importer::TensorInfo &tensor : model.source->tensors()) {
      std::vector<float> rows(size_t(tensor.rows * tensor.columns));
      model.source->readRows(tensor.name, 0, tensor.rows, rows.data());
    }
    return "";
  } catch (const importer::InputError &error) {
    const std::string text = error.what(), start = folder.path().string();
    return text.starts_with(start) ? text.substr(start.size() + 1) : "without the folder's path: " + text;
  }
}

} // namespace weebill::tests
