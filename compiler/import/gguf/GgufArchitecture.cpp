//===- GgufArchitecture.cpp - Sizes of a model in GGUF --------------------===//
//
// Keys begin with the family's name, and are otherwise the same for all.
//
// Tested by tests/unit/compiler/import/GgufArchitectureTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/gguf/GgufArchitecture.h"

#include "compiler/import/MissingTensor.h"
#include "compiler/import/description/ReadDescription.h"
#include "compiler/import/families/Families.h"
#include "compiler/import/gguf/ArchitectureKeys.h"
#include "compiler/import/gguf/GgufTensors.h"
#include "compiler/import/gguf/KeyValueHeads.h"
#include "compiler/import/gguf/RopeDivisors.h"

#include <cmath>
#include <set>

namespace weebill::gguf {

namespace {

const families::Family &familyOf(const GgufFile &file) {
  const std::optional<std::string_view> name = file.metadata().text("general.architecture");
  if (!name)
    importer::refuse(file.path(), keyPlace("general.architecture"), "is missing");
  if (const families::Family *family = families::findGgufFamily(*name))
    return *family;
  importer::refuse(file.path(), keyPlace("general.architecture"),
                   "is " + importer::quoted(*name) + ", supported are " +
                       families::familyNames([](const families::Family &family) { return family.gguf.has_value(); },
                                             families::ggufNameOf));
}

/// As llama.cpp reads the keys: a factor alone means linear scaling, which older files call 'rope.scale_linear'.
importer::RopeScaling readRopeScaling(const ArchitectureKeys &keys) {
  const std::string_view type = keys.text("rope.scaling.type").value_or("linear");
  if (type != "none" && type != "linear")
    keys.refuseKey("rope.scaling.type",
                   "RoPE scaling " + importer::quoted(type) + " is not supported, only 'none' and 'linear' are");
  importer::RopeScaling scaling;
  for (std::string_view key : {"rope.scaling.factor", "rope.scale_linear"}) {
    const double factor = keys.real(key).value_or(0);
    if (factor == 0) // left out
      continue;
    if (!(factor >= 1 && factor <= description::limits::kRopeFactor))
      keys.refuseKey(key, "is " + std::to_string(factor) + ", which is not from 1 to " +
                              std::to_string(int64_t(description::limits::kRopeFactor)));
    if (type == "linear")
      scaling.factor = factor;
    break;
  }
  return scaling;
}

/// Biases that llama.cpp adds if they are there. Where one of a group is, all of the group must be.
void readBiases(const GgufFile &file, importer::Architecture &sizes) {
  const auto has = [&](const char *name) { return file.find(name) != nullptr; };
  sizes.projectionBias |= has("blk.0.attn_q.bias") || has("blk.0.attn_k.bias") || has("blk.0.attn_v.bias");
  sizes.attentionOutBias = has("blk.0.attn_output.bias");
  sizes.feedForwardBias = has("blk.0.ffn_gate.bias") || has("blk.0.ffn_up.bias") || has("blk.0.ffn_down.bias");
  sizes.headBias = has(families::kHeadBias);
}

/// Keys that change nothing as long as they have this value.
constexpr std::pair<std::string_view, double> kUsual[] = {
    {"attention.sliding_window", 0},
    {"attention.clamp_kqv", 0},
    {"attention.max_alibi_bias", 0},
    {"attention.scale", 0},
    {"attn_logit_softcapping", 0},
    {"final_logit_softcapping", 0},
    {"logit_scale", 0},
    {"logit_scale", 1},
    {"embedding_scale", 0},
    {"embedding_scale", 1},
    {"residual_scale", 0},
    {"residual_scale", 1},
    {"rope.scaling.attn_factor", 1},
    {"use_parallel_residual", 0},
    {"leading_dense_block_count", 0},
    {"interleave_moe_layer_step", 0},
    {"expert_shared_count", 0},
    {"nextn_predict_layers", 0},
    {"expert_feed_forward_length", 0},
    {"expert_shared_feed_forward_length", 0},
};

/// Keys that are read here or say nothing about numbers. Any other key of the architecture might, so it is refused.
void refuseUnknownKeys(const ArchitectureKeys &keys, const families::Family &family,
                       const importer::IgnoredFields &ignored) {
  std::set<std::string_view> known = {
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
  };
  known.insert(family.gguf->keys.begin(), family.gguf->keys.end());
  if (!family.gguf->convolutionWidth.empty())
    known.insert(family.gguf->convolutionWidth);
  for (const auto &[key, value] : kUsual)
    if (!known.contains(key) && keys.number(key) == value)
      known.insert(key);
  keys.refuseUnknown(known, ignored);
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
  families::forEachTensor(sizes, [&](const families::FamilyTensor &tensor, int64_t block) {
    const std::string name = tensor.name(block);
    const GgufTensor *found = findTensor(file, tensor, block);
    if (!found) {
      if (tensor.optional)
        return;
      std::vector<std::string> names;
      for (const GgufTensor &one : file.tensors())
        names.emplace_back(one.name);
      importer::refuse(
          file.path(), "tensor " + importer::quoted(name),
          importer::missingTensor(name, sizes, block, names, [](const families::FamilyTensor &other, int64_t place) {
            return other.name(place);
          }));
    }
    const int64_t columns = tensor.fileColumns ? tensor.fileColumns : tensor.columns;
    const int64_t rows = tensor.fileColumns ? tensor.columns / tensor.fileColumns : tensor.rows;
    const bool isVector = tensor.isVector && !tensor.fileColumns;
    if (found->rows != rows || found->columns != columns || found->isVector != isVector)
      importer::refuse(file.path(), "tensor " + importer::quoted(found->name),
                       "has " + shapeText(found->rows, found->columns, found->isVector) + ", but the metadata says " +
                           shapeText(rows, columns, isVector));
    used.insert(found->name);
  });
  if (families::familyOf(sizes).gguf->ropeDivisors)
    used.insert(kRopeDivisors);
  for (const GgufTensor &tensor : file.tensors())
    if (!used.contains(tensor.name))
      importer::refuse(file.path(), "tensor " + importer::quoted(tensor.name),
                       "is not part of a model of family " + importer::quoted(sizes.family) +
                           " as it is supported here");
}

bool isTied(const GgufFile &file) {
  const GgufTensor *head = file.find("output.weight");
  const GgufTensor *embeddings = file.find("token_embd.weight");
  return !head || (head->type == embeddings->type && head->bytes == embeddings->bytes);
}

void readHeads(const ArchitectureKeys &keys, const families::GgufForm &form, importer::Architecture &sizes) {
  sizes.heads = keys.required("attention.head_count");
  readKeyValueHeads(keys, form, sizes);
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

void readConstants(const ArchitectureKeys &keys, importer::Architecture &sizes) {
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

importer::Architecture readGgufArchitecture(const GgufFile &file, const importer::IgnoredFields &ignored) {
  const families::Family &family = familyOf(file);
  if (const int64_t version = file.metadata().integer("general.quantization_version").value_or(2); version != 2)
    importer::refuse(file.path(), keyPlace("general.quantization_version"),
                     "is " + std::to_string(version) + ", but the version that is read is 2");
  const ArchitectureKeys keys(file, families::ggufNameOf(family));
  refuseUnknownKeys(keys, family, ignored);
  importer::Architecture sizes = families::startedSizes(family);
  readBiases(file, sizes);
  sizes.layers = keys.required("block_count");
  sizes.model = keys.required("embedding_length");
  sizes.hidden = keys.required("feed_forward_length");
  sizes.context = keys.required("context_length");
  readHeads(keys, *family.gguf, sizes);
  readConstants(keys, sizes);

  const GgufTensor *embeddings = file.find("token_embd.weight");
  if (!embeddings)
    importer::refuse(file.path(), "tensor 'token_embd.weight'", "is missing");
  sizes.vocabulary = embeddings->rows;
  sizes.ropeScaling = readRopeScaling(keys);
  if (family.gguf->ropeDivisors)
    if (const importer::RopeScaling divided = readRopeDivisors(file, sizes); divided.factor != 1) {
      if (sizes.ropeScaling.factor != 1)
        keys.refuseKey("rope.scaling.factor", "scales RoPE, and so does the tensor " + importer::quoted(kRopeDivisors) +
                                                  ": one of both is possible");
      sizes.ropeScaling = divided;
    }
  keys.requireEqual("vocab_size", sizes.vocabulary, "the number of rows of 'token_embd.weight'");
  checkTensors(file, sizes);
  sizes.tiedEmbeddings = isTied(file);
  if (family.complete)
    family.complete(sizes);
  if (family.gguf->read)
    family.gguf->read(keys, sizes);
  return sizes;
}

} // namespace weebill::gguf
