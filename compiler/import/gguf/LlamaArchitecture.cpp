//===- LlamaArchitecture.cpp - Sizes of a Llama model in GGUF -------------===//
//
// And of models whose blocks are Llama's with something beside: their keys begin with another word.
//
// Tested by tests/unit/compiler/import/LlamaArchitectureTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/gguf/LlamaArchitecture.h"

#include "compiler/import/gguf/LlamaTensors.h"
#include "compiler/import/gguf/RopeDivisors.h"

#include <cmath>
#include <set>

namespace weebill::gguf {

namespace {

std::string keyPlace(std::string_view key) { return "metadata " + importer::quoted(key); }

/// An architecture that is read, and what it has beside Llama's blocks.
struct Family {
  std::string_view name;
  bool projectionBias = false;
  importer::HeadNorms headNorms = importer::HeadNorms::None;
};

constexpr Family kFamilies[] = {{"llama"}, {"qwen2", true}, {"qwen3", false, importer::HeadNorms::BeforeRope}};

const Family &familyOf(const GgufFile &file) {
  const std::optional<std::string_view> name = file.metadata().text("general.architecture");
  if (!name)
    importer::refuse(file.path(), keyPlace("general.architecture"), "is missing");
  for (const Family &family : kFamilies)
    if (family.name == *name)
      return family;
  importer::refuse(file.path(), keyPlace("general.architecture"),
                   "is " + importer::quoted(*name) + ", supported are 'llama', 'qwen2' and 'qwen3'");
}

/// The keys of one architecture.
class Keys {
public:
  Keys(const GgufFile &file, std::string_view family)
      : file(file), metadata(file.metadata()), prefix(std::string(family) + ".") {}

  std::string name(std::string_view key) const { return prefix + std::string(key); }
  bool has(std::string_view key) const { return metadata.find(name(key)) != nullptr; }

  [[noreturn]] void refuseKey(std::string_view key, const std::string &what) const {
    importer::refuse(file.path(), keyPlace(name(key)), what);
  }

  int64_t required(std::string_view key) const {
    const std::optional<int64_t> value = metadata.integer(name(key));
    if (!value)
      refuseKey(key, "is missing");
    if (*value == 0)
      refuseKey(key, "is 0, at least 1 is needed");
    return *value;
  }

  void requireEqual(std::string_view key, int64_t expected, const std::string &meaning) const {
    const int64_t value = metadata.integer(name(key)).value_or(expected);
    if (value != expected)
      refuseKey(key, "is " + std::to_string(value) + ", but " + meaning + " is " + std::to_string(expected));
  }

  std::optional<double> real(std::string_view key) const { return metadata.real(name(key)); }
  std::optional<std::string_view> text(std::string_view key) const { return metadata.text(name(key)); }
  bool flag(std::string_view key, bool otherwise) const { return metadata.flag(name(key)).value_or(otherwise); }

  void refuseUnknown(const std::set<std::string_view> &known) const {
    for (const auto &[key, value] : metadata.all())
      if (key.starts_with(prefix) && !known.contains(std::string_view(key).substr(prefix.size())))
        importer::refuse(file.path(), keyPlace(key), "is not known here and might change the numbers");
  }

private:
  const GgufFile &file;
  const Metadata &metadata;
  const std::string prefix;
};

/// A scaled RoPE has other angles. "none" and a factor of 1 say that there is no scaling.
void refuseRopeScaling(const Keys &keys) {
  const std::string_view type = keys.text("rope.scaling.type").value_or("none");
  const double factor = keys.real("rope.scaling.factor").value_or(1);
  if (type != "none" && !(type == "linear" && factor == 1))
    keys.refuseKey("rope.scaling.type", "RoPE scaling " + importer::quoted(type) + " is not supported, only 'none' is");
  for (std::string_view key : {"rope.scaling.factor", "rope.scale_linear"})
    if (const double value = keys.real(key).value_or(1); value != 1)
      keys.refuseKey(key, "RoPE scaling by " + std::to_string(value) + " is not supported, only 1 is");
}

/// Keys that are read here or say nothing about numbers. Any other key of the architecture might, so it is refused.
void refuseUnknownKeys(const Keys &keys) {
  keys.refuseUnknown({
      "block_count",
      "context_length",
      "embedding_length",
      "feed_forward_length",
      "vocab_size",
      "attention.head_count",
      "attention.head_count_kv",
      "attention.key_length",
      "attention.value_length",
      "attention.layer_norm_rms_epsilon",
      "rope.dimension_count",
      "rope.freq_base",
      "rope.scaling.type",
      "rope.scaling.factor",
      "rope.scale_linear",
      "rope.scaling.original_context_length",
      "rope.scaling.finetuned",
      "tensor_data_layout",
      "attention.causal",
      "expert_count",
      "expert_used_count",
  });
  if (!keys.flag("attention.causal", true))
    keys.refuseKey("attention.causal", "attention that looks ahead is not supported");
  for (std::string_view key : {"expert_count", "expert_used_count"})
    keys.requireEqual(key, 0, "the number of experts that is supported");
}

std::string shapeText(int64_t rows, int64_t columns, bool vector) {
  return vector ? std::to_string(columns) + " elements"
                : std::to_string(rows) + " rows of " + std::to_string(columns) + " columns";
}

void checkTensors(const GgufFile &file, const importer::Architecture &sizes) {
  std::set<std::string_view> used;
  // Layer by layer, so that an absurd layer count ends at the first missing tensor.
  const auto check = [&](const std::vector<LlamaTensor> &wanted) {
    for (const LlamaTensor &tensor : wanted) {
      const GgufTensor *found = file.find(tensor.name);
      if (!found) {
        if (tensor.optional)
          continue;
        importer::refuse(file.path(), "tensor " + importer::quoted(tensor.name), "is missing");
      }
      if (found->rows != tensor.rows || found->columns != tensor.columns || found->isVector != tensor.isVector)
        importer::refuse(file.path(), "tensor " + importer::quoted(tensor.name),
                         "has " + shapeText(found->rows, found->columns, found->isVector) + ", but the metadata says " +
                             shapeText(tensor.rows, tensor.columns, tensor.isVector));
      used.insert(found->name);
    }
  };
  check(llamaOuterTensors(sizes));
  for (int64_t layer = 0; layer < sizes.layers; ++layer)
    check(llamaLayerTensors(sizes, layer));
  for (const GgufTensor &tensor : file.tensors())
    if (!used.contains(tensor.name) && !(sizes.family == "llama" && tensor.name == kRopeDivisors))
      importer::refuse(file.path(), "tensor " + importer::quoted(tensor.name),
                       "is not part of a model of family " + importer::quoted(sizes.family) +
                           " as it is supported here");
}

bool isTied(const GgufFile &file) {
  const GgufTensor *head = file.find("output.weight");
  const GgufTensor *embeddings = file.find("token_embd.weight");
  return !head || (head->type == embeddings->type && head->bytes == embeddings->bytes);
}

void readHeads(const Keys &keys, importer::Architecture &sizes) {
  sizes.heads = keys.required("attention.head_count");
  sizes.keyValueHeads = keys.has("attention.head_count_kv") ? keys.required("attention.head_count_kv") : sizes.heads;
  if (sizes.heads % sizes.keyValueHeads != 0)
    keys.refuseKey("attention.head_count_kv", std::to_string(sizes.keyValueHeads) + " key-value heads do not divide " +
                                                  std::to_string(sizes.heads) + " heads");

  if (keys.has("attention.key_length")) {
    sizes.headSize = keys.required("attention.key_length");
  } else {
    if (sizes.model % sizes.heads != 0)
      keys.refuseKey("attention.head_count", std::to_string(sizes.heads) + " heads do not divide the width " +
                                                 std::to_string(sizes.model) + ", and there is no " +
                                                 importer::quoted(keys.name("attention.key_length")));
    sizes.headSize = sizes.model / sizes.heads;
  }
  if (sizes.headSize % 2 != 0)
    keys.refuseKey("attention.key_length", "head size " + std::to_string(sizes.headSize) + " is odd, RoPE needs pairs");
  keys.requireEqual("attention.value_length", sizes.headSize, "the head size of the keys");
  keys.requireEqual("rope.dimension_count", sizes.headSize,
                    "the head size, and RoPE over a part of a head is not supported: the head size");
}

void readConstants(const Keys &keys, importer::Architecture &sizes) {
  const std::optional<double> epsilon = keys.real("attention.layer_norm_rms_epsilon");
  if (!epsilon)
    keys.refuseKey("attention.layer_norm_rms_epsilon", "is missing");
  sizes.normEpsilon = float(*epsilon);
  if (!(sizes.normEpsilon >= 0) || std::isinf(sizes.normEpsilon))
    keys.refuseKey("attention.layer_norm_rms_epsilon",
                   std::to_string(*epsilon) + " is not a finite number of at least 0");
  sizes.ropeTheta = keys.real("rope.freq_base").value_or(10000);
  if (!(sizes.ropeTheta > 0) || std::isinf(sizes.ropeTheta))
    keys.refuseKey("rope.freq_base", std::to_string(sizes.ropeTheta) + " is not a finite number above 0");
}

} // namespace

importer::Architecture readLlamaArchitecture(const GgufFile &file) {
  const Family &family = familyOf(file);
  if (const int64_t version = file.metadata().integer("general.quantization_version").value_or(2); version != 2)
    importer::refuse(file.path(), keyPlace("general.quantization_version"),
                     "is " + std::to_string(version) + ", but the version that is read is 2");
  const Keys keys(file, family.name);
  refuseUnknownKeys(keys);
  refuseRopeScaling(keys);

  importer::Architecture sizes;
  sizes.family = family.name;
  sizes.projectionBias = family.projectionBias;
  sizes.headNorms = family.headNorms;
  sizes.layers = keys.required("block_count");
  sizes.model = keys.required("embedding_length");
  sizes.hidden = keys.required("feed_forward_length");
  sizes.context = keys.required("context_length");
  readHeads(keys, sizes);
  readConstants(keys, sizes);

  const GgufTensor *embeddings = file.find("token_embd.weight");
  if (!embeddings)
    importer::refuse(file.path(), "tensor 'token_embd.weight'", "is missing");
  sizes.vocabulary = embeddings->rows;
  if (sizes.family == "llama")
    sizes.ropeScaling = readRopeDivisors(file, sizes);
  keys.requireEqual("vocab_size", sizes.vocabulary, "the number of rows of 'token_embd.weight'");
  checkTensors(file, sizes);
  sizes.tiedEmbeddings = isTied(file);
  return sizes;
}

} // namespace weebill::gguf
