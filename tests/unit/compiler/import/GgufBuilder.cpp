// GGUF files for tests, byte by byte: GgufBuilder.h.

#include "GgufBuilder.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <unistd.h>

namespace weebill::tests {

void GgufBuilder::set(const std::string &key, uint32_t type, const std::string &value) {
  for (auto &[known, old] : pairs) {
    if (known == key) {
      old = bytesOf(type) + value;
      return;
    }
  }
  pairs.emplace_back(key, bytesOf(type) + value);
}

void GgufBuilder::setTexts(const std::string &key, const std::vector<std::string> &values) {
  std::string all = bytesOf<uint32_t>(8) + bytesOf<uint64_t>(values.size());
  for (const std::string &value : values)
    all += lengthAndText(value);
  set(key, 9, all);
}

void GgufBuilder::setIntegers(const std::string &key, const std::vector<int32_t> &values) {
  std::string all = bytesOf<uint32_t>(5) + bytesOf<uint64_t>(values.size());
  for (int32_t value : values)
    all += bytesOf(value);
  set(key, 9, all);
}

void GgufBuilder::remove(const std::string &key) {
  std::erase_if(pairs, [&](const auto &pair) { return pair.first == key; });
}

void GgufBuilder::addFloats(const std::string &name, uint64_t rows, uint64_t columns,
                            const std::vector<float> &values) {
  std::string data;
  for (float value : values)
    data += bytesOf(value);
  const std::vector<uint64_t> dimensions =
      rows == 1 ? std::vector<uint64_t>{columns} : std::vector<uint64_t>{columns, rows};
  tensors.push_back({name, dimensions, 0, data, std::nullopt});
}

BuiltTensor &GgufBuilder::tensor(const std::string &name) {
  for (BuiltTensor &tensor : tensors)
    if (tensor.name == name)
      return tensor;
  throw std::logic_error("the test asks for a tensor that is not there: " + name);
}

void GgufBuilder::removeTensor(const std::string &name) {
  std::erase_if(tensors, [&](const BuiltTensor &tensor) { return tensor.name == name; });
}

std::string GgufBuilder::bytes() const {
  std::string file = magic + bytesOf(version) + bytesOf(tensorCount.value_or(tensors.size())) +
                     bytesOf(pairCount.value_or(pairs.size()));
  for (const auto &[key, value] : pairs)
    file += lengthAndText(key) + value;
  const auto align = [&](std::string &text) { text.resize((text.size() + alignment - 1) / alignment * alignment); };
  std::string data;
  for (const BuiltTensor &tensor : tensors) {
    align(data);
    file += lengthAndText(tensor.name) + bytesOf(uint32_t(tensor.dimensions.size()));
    for (uint64_t dimension : tensor.dimensions)
      file += bytesOf(dimension);
    file += bytesOf(tensor.type) + bytesOf(tensor.offset.value_or(data.size()));
    data += tensor.data;
  }
  align(file);
  return file + data;
}

GgufBuilder smallLlama() {
  GgufBuilder builder;
  builder.setText("general.architecture", "llama");
  builder.setText("general.name", "Small");
  builder.setText("general.license", "mit");
  builder.setInteger("llama.block_count", 1);
  builder.setInteger("llama.context_length", 32);
  builder.setInteger("llama.embedding_length", 8);
  builder.setInteger("llama.feed_forward_length", 12);
  builder.setInteger("llama.attention.head_count", 2);
  builder.setInteger("llama.attention.head_count_kv", 1);
  builder.setReal("llama.attention.layer_norm_rms_epsilon", 1e-5f);
  builder.setReal("llama.rope.freq_base", 5000);
  builder.setText("tokenizer.ggml.model", "gpt2");
  builder.setText("tokenizer.ggml.pre", "gpt-2");
  // U+0120 is the letter of a space.
  builder.setTexts("tokenizer.ggml.tokens", {"<|im_start|>", "<|im_end|>", "<note>", "a", "b", "\xc4\xa0", "ab",
                                             "\xc4\xa0"
                                             "a",
                                             "c", "abc"});
  builder.setIntegers("tokenizer.ggml.token_type", {3, 3, 4, 1, 1, 1, 1, 1, 1, 1});
  builder.setTexts("tokenizer.ggml.merges", {"a b", "\xc4\xa0 a", "ab c"});
  builder.setInteger("tokenizer.ggml.bos_token_id", 0);
  builder.setInteger("tokenizer.ggml.eos_token_id", 1);
  builder.setText("tokenizer.chat_template",
                  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + "
                  "'<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}");
  int number = 0;
  const auto add = [&](const std::string &name, uint64_t rows, uint64_t columns) {
    std::vector<float> values(rows * columns);
    for (float &value : values)
      value = float(++number) / 64;
    builder.addFloats(name, rows, columns, values);
  };
  add("token_embd.weight", 10, 8);
  add("output_norm.weight", 1, 8);
  add("blk.0.attn_norm.weight", 1, 8);
  add("blk.0.attn_q.weight", 8, 8);
  add("blk.0.attn_k.weight", 4, 8);
  add("blk.0.attn_v.weight", 4, 8);
  add("blk.0.attn_output.weight", 8, 8);
  add("blk.0.ffn_norm.weight", 1, 8);
  add("blk.0.ffn_gate.weight", 12, 8);
  add("blk.0.ffn_up.weight", 12, 8);
  add("blk.0.ffn_down.weight", 8, 12);
  return builder;
}

static std::string newPath(const std::string &ending) {
  static int count = 0;
  return (std::filesystem::temp_directory_path() /
          ("weebill-" + std::to_string(getpid()) + "-" + std::to_string(++count) + ending))
      .string();
}

ScratchFile::ScratchFile(const std::string &bytes, const std::string &ending) : path(newPath(ending)) {
  std::ofstream file(path, std::ios::binary);
  file << bytes;
  if (!file.flush())
    throw std::runtime_error("cannot write " + path);
}

ScratchFile::~ScratchFile() { std::remove(path.c_str()); }

importer::ImportedModel import(const GgufBuilder &builder, const importer::ImportOptions &options) {
  const ScratchFile scratch(builder.bytes());
  return importer::importModel(scratch.path, options);
}

std::string importError(const std::string &bytes) {
  const ScratchFile file(bytes);
  try {
    const importer::ImportedModel model = importer::importModel(file.path);
    for (const importer::TensorInfo &tensor : model.source->tensors()) {
      std::vector<float> values(size_t(tensor.rows * tensor.columns));
      model.source->readRows(tensor.name, 0, tensor.rows, values.data());
    }
    return "";
  } catch (const importer::InputError &error) {
    const std::string text = error.what(), start = file.path + ": ";
    return text.starts_with(start) ? text.substr(start.size()) : "without the file's path: " + text;
  }
}

std::string importError(const GgufBuilder &builder) { return importError(builder.bytes()); }

} // namespace weebill::tests
