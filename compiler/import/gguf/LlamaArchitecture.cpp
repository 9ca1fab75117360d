//===- LlamaArchitecture.cpp - Sizes of a Llama model in GGUF -------------===//
//
// Tested by tests/unit/compiler/import/LlamaArchitectureTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/gguf/LlamaArchitecture.h"

#include "compiler/import/gguf/LlamaTensors.h"

#include <cmath>
#include <set>

namespace weebill {

namespace {

std::string keyPlace(std::string_view key) { return "metadata " + quoted(key); }

int64_t required(const GgufFile &file, std::string_view key) {
  const std::optional<int64_t> value = file.metadata().integer(key);
  if (!value)
    refuse(file.path(), keyPlace(key), "is missing");
  if (*value == 0)
    refuse(file.path(), keyPlace(key), "is 0, at least 1 is needed");
  return *value;
}

void requireEqual(const GgufFile &file, std::string_view key, int64_t expected, const std::string &meaning) {
  const int64_t value = file.metadata().integer(key).value_or(expected);
  if (value != expected)
    refuse(file.path(), keyPlace(key),
           "is " + std::to_string(value) + ", but " + meaning + " is " + std::to_string(expected));
}

/// A scaled RoPE has other angles. "none" and a factor of 1 say that there is no scaling.
void refuseRopeScaling(const GgufFile &file) {
  const Metadata &metadata = file.metadata();
  const std::string_view type = metadata.text("llama.rope.scaling.type").value_or("none");
  const double factor = metadata.real("llama.rope.scaling.factor").value_or(1);
  if (type != "none" && !(type == "linear" && factor == 1))
    refuse(file.path(), keyPlace("llama.rope.scaling.type"),
           "RoPE scaling " + quoted(type) + " is not supported, only 'none' is");
  for (std::string_view key : {"llama.rope.scaling.factor", "llama.rope.scale_linear"})
    if (const double value = metadata.real(key).value_or(1); value != 1)
      refuse(file.path(), keyPlace(key), "RoPE scaling by " + std::to_string(value) + " is not supported, only 1 is");
}

/// Keys that are read here or say nothing about numbers. Any other key of the architecture might, so it is refused.
void refuseUnknownKeys(const GgufFile &file) {
  static const std::set<std::string_view> known = {
      "llama.block_count",
      "llama.context_length",
      "llama.embedding_length",
      "llama.feed_forward_length",
      "llama.vocab_size",
      "llama.attention.head_count",
      "llama.attention.head_count_kv",
      "llama.attention.key_length",
      "llama.attention.value_length",
      "llama.attention.layer_norm_rms_epsilon",
      "llama.rope.dimension_count",
      "llama.rope.freq_base",
      "llama.rope.scaling.type",
      "llama.rope.scaling.factor",
      "llama.rope.scale_linear",
      "llama.rope.scaling.original_context_length",
      "llama.rope.scaling.finetuned",
      "llama.tensor_data_layout",
      "llama.attention.causal",
      "llama.expert_count",
      "llama.expert_used_count",
  };
  for (const auto &[key, value] : file.metadata().all())
    if (key.starts_with("llama.") && !known.contains(key))
      refuse(file.path(), keyPlace(key), "is not known here and might change the numbers");
  if (!file.metadata().flag("llama.attention.causal").value_or(true))
    refuse(file.path(), keyPlace("llama.attention.causal"), "attention that looks ahead is not supported");
  for (std::string_view key : {"llama.expert_count", "llama.expert_used_count"})
    requireEqual(file, key, 0, "the number of experts that is supported");
}

std::string shapeText(int64_t rows, int64_t columns, bool vector) {
  return vector ? std::to_string(columns) + " elements"
                : std::to_string(rows) + " rows of " + std::to_string(columns) + " columns";
}

void checkTensors(const GgufFile &file, const Architecture &sizes) {
  std::set<std::string_view> used;
  // Layer by layer, so that an absurd layer count ends at the first missing tensor.
  const auto check = [&](const std::vector<LlamaTensor> &wanted) {
    for (const LlamaTensor &tensor : wanted) {
      const GgufTensor *found = file.find(tensor.name);
      if (!found) {
        if (tensor.optional)
          continue;
        refuse(file.path(), "tensor " + quoted(tensor.name), "is missing");
      }
      if (found->rows != tensor.rows || found->columns != tensor.columns || found->isVector != tensor.isVector)
        refuse(file.path(), "tensor " + quoted(tensor.name),
               "has " + shapeText(found->rows, found->columns, found->isVector) + ", but the metadata says " +
                   shapeText(tensor.rows, tensor.columns, tensor.isVector));
      used.insert(found->name);
    }
  };
  check(llamaOuterTensors(sizes));
  for (int64_t layer = 0; layer < sizes.layers; ++layer)
    check(llamaLayerTensors(sizes, layer));
  for (const GgufTensor &tensor : file.tensors())
    if (!used.contains(tensor.name))
      refuse(file.path(), "tensor " + quoted(tensor.name), "is not part of a Llama model as it is supported here");
}

bool isTied(const GgufFile &file) {
  const GgufTensor *head = file.find("output.weight");
  const GgufTensor *embeddings = file.find("token_embd.weight");
  return !head || (head->type == embeddings->type && head->bytes == embeddings->bytes);
}

} // namespace

Architecture readLlamaArchitecture(const GgufFile &file) {
  const Metadata &metadata = file.metadata();
  const std::optional<std::string_view> family = metadata.text("general.architecture");
  if (!family)
    refuse(file.path(), keyPlace("general.architecture"), "is missing");
  if (*family != "llama")
    refuse(file.path(), keyPlace("general.architecture"), "is " + quoted(*family) + ", supported is 'llama'");
  requireEqual(file, "general.quantization_version", 2, "the version that is read");
  refuseUnknownKeys(file);
  refuseRopeScaling(file);

  Architecture sizes;
  sizes.family = "llama";
  sizes.layers = required(file, "llama.block_count");
  sizes.model = required(file, "llama.embedding_length");
  sizes.hidden = required(file, "llama.feed_forward_length");
  sizes.context = required(file, "llama.context_length");
  sizes.heads = required(file, "llama.attention.head_count");
  sizes.keyValueHeads =
      metadata.find("llama.attention.head_count_kv") ? required(file, "llama.attention.head_count_kv") : sizes.heads;
  if (sizes.heads % sizes.keyValueHeads != 0)
    refuse(file.path(), keyPlace("llama.attention.head_count_kv"),
           std::to_string(sizes.keyValueHeads) + " key-value heads do not divide " + std::to_string(sizes.heads) +
               " heads");

  if (metadata.find("llama.attention.key_length")) {
    sizes.headSize = required(file, "llama.attention.key_length");
  } else {
    if (sizes.model % sizes.heads != 0)
      refuse(file.path(), keyPlace("llama.attention.head_count"),
             std::to_string(sizes.heads) + " heads do not divide the width " + std::to_string(sizes.model) +
                 ", and there is no 'llama.attention.key_length'");
    sizes.headSize = sizes.model / sizes.heads;
  }
  if (sizes.headSize % 2 != 0)
    refuse(file.path(), keyPlace("llama.attention.key_length"),
           "head size " + std::to_string(sizes.headSize) + " is odd, RoPE needs pairs");
  requireEqual(file, "llama.attention.value_length", sizes.headSize, "the head size of the keys");
  requireEqual(file, "llama.rope.dimension_count", sizes.headSize,
               "the head size, and RoPE over a part of a head is not supported: the head size");

  const std::optional<double> epsilon = metadata.real("llama.attention.layer_norm_rms_epsilon");
  if (!epsilon)
    refuse(file.path(), keyPlace("llama.attention.layer_norm_rms_epsilon"), "is missing");
  sizes.normEpsilon = float(*epsilon);
  if (!(sizes.normEpsilon >= 0) || std::isinf(sizes.normEpsilon))
    refuse(file.path(), keyPlace("llama.attention.layer_norm_rms_epsilon"),
           std::to_string(*epsilon) + " is not a finite number of at least 0");
  sizes.ropeTheta = metadata.real("llama.rope.freq_base").value_or(10000);
  if (!(sizes.ropeTheta > 0) || std::isinf(sizes.ropeTheta))
    refuse(file.path(), keyPlace("llama.rope.freq_base"),
           std::to_string(sizes.ropeTheta) + " is not a finite number above 0");

  const GgufTensor *embeddings = file.find("token_embd.weight");
  if (!embeddings)
    refuse(file.path(), "tensor 'token_embd.weight'", "is missing");
  sizes.vocabulary = embeddings->rows;
  requireEqual(file, "llama.vocab_size", sizes.vocabulary, "the number of rows of 'token_embd.weight'");
  checkTensors(file, sizes);
  sizes.tiedEmbeddings = isTied(file);
  return sizes;
}

} // namespace weebill
