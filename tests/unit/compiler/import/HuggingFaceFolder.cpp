// Folders for tests: the interface says what they hold. Tested by those who use them.

#include "HuggingFaceFolder.h"

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
  addBytes(name, "F32", shape,
           std::string(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(float)));
}

void SafetensorsBuilder::addBytes(const std::string &name, const std::string &type, const std::vector<uint64_t> &shape,
                                  const std::string &bytes) {
  const size_t begin = data.size();
  data += bytes;
  header[name] = {{"dtype", type}, {"shape", shape}, {"data_offsets", {begin, data.size()}}};
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
  for (const auto &[name, part] : parts)
    builder.addBytes(name, part.type, part.shape, part.bytes);
  return builder.bytes();
}

namespace {

template <class Number> std::string repeated(Number number, size_t count) {
  std::string bytes;
  for (size_t i = 0; i < count; ++i)
    bytes.append(reinterpret_cast<const char *>(&number), sizeof number);
  return bytes;
}

uint32_t codeAt(int row, int column) { return uint32_t(row + column) % 16; }

/// Eight words of eight codes; of rows, or of columns.
std::string words(const std::function<uint32_t(int word, int place)> &code) {
  std::string bytes;
  for (int word = 0; word < 8; ++word) {
    uint32_t packed = 0;
    for (int place = 0; place < 8; ++place)
      packed |= code(word, place) << (4 * place);
    bytes += repeated(packed, 1);
  }
  return bytes;
}

} // namespace

void SmallFolder::packQueries(const std::string &layout) {
  constexpr uint16_t half = 0x3800, minusFour = 0xc400; // of float16
  const std::string module = "model.layers.0.self_attn.q_proj";
  const auto add = [&](const char *name, const char *type, std::vector<uint64_t> shape, std::string bytes) {
    parts[module + name] = {type, std::move(shape), std::move(bytes)};
  };
  const std::string ofColumns = words(codeAt), halves = repeated(half, 8);
  shapes.erase(module + ".weight");
  json settings = {{"quant_method", layout}, {"bits", 4}, {"group_size", -1}};
  if (layout == "gptq") {
    add(".qweight", "I32", {1, 8}, ofColumns); // a word for each row
    add(".qzeros", "I32", {1, 1}, repeated(0x77777777u, 1));
    add(".scales", "F16", {1, 8}, halves);
    add(".g_idx", "I32", {8}, repeated(0, 8));
  } else if (layout == "awq") {
    constexpr int order[8] = {0, 2, 4, 6, 1, 3, 5, 7};
    add(".qweight", "I32", {8, 1}, words([&](int column, int place) { return codeAt(order[place], column); }));
    add(".qzeros", "I32", {1, 1}, repeated(0x88888888u, 1));
    add(".scales", "F16", {1, 8}, halves);
  } else if (layout == "mlx") {
    add(".weight", "U32", {8, 1}, ofColumns);
    add(".scales", "F16", {8, 1}, halves);
    add(".biases", "F16", {8, 1}, repeated(minusFour, 8));
    settings.erase("quant_method");
  } else if (layout == "paretoq") {
    std::string numbers;
    for (int row = 0; row < 8; ++row)
      for (int column = 0; column < 8; ++column)
        numbers += repeated(0.5f * float(int(codeAt(row, column)) - 8) + 0.125f, 1); // as good as rounded
    add(".weight", "F32", {8, 8}, numbers);
    add(".weight_clip_val", "F16", {8, 1}, halves);
    config["w_bits"] = 4;
    return;
  } else if (layout == "torchao") {
    std::string bytes;
    for (int row = 0; row < 8; ++row)
      for (int column = 0; column < 8; ++column)
        bytes += char(int(codeAt(row, column)) - 8 + 1);
    add("._weight_qdata", "I8", {8, 8}, bytes);
    add("._weight_scale", "F16", {8, 1}, halves);
    add("._weight_zero_point", "I8", {8, 1}, repeated(char(1), 8));
    settings = {{"quant_method", layout}};
  } else {
    const bool packed = layout == "pack-quantized";
    add(".weight_scale", "F16", {8, 1}, halves);
    if (packed) {
      add(".weight_packed", "I32", {8, 1}, ofColumns);
      add(".weight_shape", "I64", {2}, repeated(int64_t(8), 2));
    } else {
      std::string bytes;
      for (int row = 0; row < 8; ++row)
        for (int column = 0; column < 8; ++column)
          bytes += char(int(codeAt(row, column)) - 8);
      add(".weight", "I8", {8, 8}, bytes);
    }
    const json weights = {{"num_bits", packed ? 4 : 8}, {"type", "int"}, {"strategy", "channel"}};
    settings = {{"quant_method", "compressed-tensors"},
                {"format", layout},
                {"config_groups", {{"group_0", {{"weights", weights}}}}}};
  }
  config["quantization_config"] = settings;
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

importer::ImportedModel import(const SmallFolder &content, const TemporaryFolder &folder) {
  content.write(folder);
  return importer::importModel(folder.path().string() + "/");
}

} // namespace weebill::tests
