//===- Lfm2.cpp - LFM2, whose blocks attend or convolve -------------------===//
//
// In most blocks two gates and a convolution over three tokens stand in the place of attention; the others have a norm
// of every query and key head before RoPE. Configurations have older names beside those of transformers, which its
// class reads first. Tested by tests/unit/compiler/import/Lfm2ConfigTest.cpp,
// Lfm2TensorsTest.cpp and tests/emitted/test_lfm2.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/Refuse.h"
#include "compiler/import/description/ReadDescription.h"
#include "compiler/import/families/ConfigFields.h"
#include "compiler/import/families/Convolutions.h"
#include "compiler/import/families/Families.h"

#include <algorithm>
#include <map>
#include <sstream>

namespace weebill::families {

using description::FieldReader;
using description::JsonMember;
using description::JsonValue;

static constexpr int64_t kWidth = 3;
static constexpr int64_t kConvolves = 1, kAttends = 0;

//===----------------------------------------------------------------------===//
// Configurations
//===----------------------------------------------------------------------===//

/// A second name for a number: another number under it would say that the model is not what is read here.
static void requireSame(const FieldReader &fields, const char *name, double expected, const char *meant) {
  if (float(fields.real(name, -1e9, 1e9, expected)) == float(expected))
    return;
  std::ostringstream number;
  number << expected;
  const JsonValue &value = fields.required(name).value;
  fields.refuse(value.place, importer::quoted(name) + " is " + description::valueText(value) + ", but " +
                                 importer::quoted(meant) + ", which means the same, is " + number.str());
}

static void requireTrue(const FieldReader &fields, const char *name, const std::string &what) {
  if (!fields.boolean(name, true))
    fields.refuse(fields.required(name).value.place, importer::quoted(name) + " is false, " + what);
}

/// The configuration has the width before two thirds of it are taken, and rounded up.
static int64_t readHidden(const FieldReader &fields, int64_t otherwise) {
  const int64_t stated = fields.integer("block_ff_dim", 1, description::limits::kHidden, otherwise);
  if (!fields.boolean("block_auto_adjust_ff_dim", true))
    return stated;
  const char *name = "block_ffn_dim_multiplier";
  int64_t hidden = 2 * stated / 3;
  if (const JsonMember *member = fields.find(name); !member || member->value.kind != JsonValue::Kind::Null) {
    const int64_t multiple = fields.integer("block_multiple_of", 1, description::limits::kHidden, 256);
    hidden = int64_t(fields.real(name, 1e-6, 1e6, 1) * double(hidden));
    hidden = (hidden + multiple - 1) / multiple * multiple;
  }
  if (hidden < 1 || hidden > description::limits::kHidden)
    fields.refuse(fields.find("block_ff_dim") ? fields.required("block_ff_dim").value.place : description::JsonPlace(),
                  "the feed-forward half is " + std::to_string(hidden) + " wide, but must be from 1 to " +
                      std::to_string(description::limits::kHidden));
  return hidden;
}

/// 'theta' goes before 'rope_theta'; 'rope_parameters', which are newer, must agree.
static void readTheta(const FieldReader &fields, importer::Architecture &sizes) {
  const JsonMember *parameters = fields.find("rope_parameters");
  const bool newer = parameters && std::any_of(parameters->value.members.begin(), parameters->value.members.end(),
                                               [](const JsonMember &one) { return one.key == "rope_theta"; });
  if (newer)
    requireSame(fields, "theta", sizes.ropeTheta, "rope_theta");
  else
    sizes.ropeTheta = fields.real("theta", 1, description::limits::kRopeTheta, sizes.ropeTheta);
}

static std::optional<std::vector<int64_t>> kindsOfTypes(const FieldReader &fields, int64_t layers) {
  const JsonValue *list = findList(fields, "layer_types");
  if (!list)
    return std::nullopt;
  std::vector<int64_t> kinds;
  for (const std::string &type : readLayerTypes(fields, {"conv", "full_attention"}))
    kinds.push_back(type == "conv" ? kConvolves : kAttends);
  if (int64_t(kinds.size()) != layers)
    fields.refuse(list->place, "'layer_types' names the type of " + importer::counted(int64_t(kinds.size()), "layer") +
                                   ", but there are " + std::to_string(layers));
  return kinds;
}

static std::optional<std::vector<int64_t>> kindsOfNumbers(const FieldReader &fields, int64_t layers) {
  const JsonValue *list = findList(fields, "full_attn_idxs");
  if (!list)
    return std::nullopt;
  std::vector<int64_t> kinds(size_t(layers), kConvolves);
  for (const JsonValue &entry : list->items)
    kinds[size_t(fields.integer("an entry of 'full_attn_idxs'", entry, 0, layers - 1))] = kAttends;
  return kinds;
}

/// Without either list every layer attends.
static void readKinds(const FieldReader &fields, importer::Architecture &sizes) {
  refuseTrue(fields, "conv_bias", "but convolutions and their projections have no biases here");
  const int64_t width =
      fields.integer("conv_L_cache", description::limits::kLeastConvolution, description::limits::kConvolution, kWidth);
  const std::optional<std::vector<int64_t>> types = kindsOfTypes(fields, sizes.layers);
  const std::optional<std::vector<int64_t>> numbers = kindsOfNumbers(fields, sizes.layers);
  if (types && numbers && *types != *numbers)
    fields.refuse(fields.required("full_attn_idxs").value.place,
                  "'full_attn_idxs' names other layers than 'layer_types'");
  const std::vector<int64_t> kinds =
      types ? *types : numbers.value_or(std::vector<int64_t>(size_t(sizes.layers), kAttends));
  if (const std::string problem = setConvolutions(kinds, width, sizes); !problem.empty())
    fields.refuse(fields.required(types ? "layer_types" : "full_attn_idxs").value.place, problem);
}

static void read(const FieldReader &fields, importer::Architecture &sizes) {
  refuseTrue(fields, "attention_bias", "models of type 'lfm2' have no biases");
  requireTrue(fields, "block_use_swiglu", "but feed-forward halves are gated here");
  requireTrue(fields, "use_pos_enc", "but attention has RoPE here");
  sizes.tiedEmbeddings = fields.boolean("tie_embedding", fields.boolean("tie_word_embeddings", true));
  sizes.hidden = readHidden(fields, sizes.hidden);
  readTheta(fields, sizes);
  readKinds(fields, sizes);
  for (const char *name : {"block_dim", "conv_dim", "conv_dim_out"})
    requireSame(fields, name, double(sizes.model), "hidden_size");
  for (const char *name : {"block_norm_eps", "rms_norm_eps"})
    requireSame(fields, name, double(sizes.normEpsilon), "norm_eps");
  requireSame(fields, "num_heads", double(sizes.heads), "num_attention_heads");
}

static std::vector<FamilyTensor> tensors(const importer::Architecture &sizes) {
  static const std::map<Role, const char *> kCheckpointParts = {
      {Role::AttentionNorm, "operator_norm.weight"},
      {Role::QueryNorm, "self_attn.q_layernorm.weight"},
      {Role::KeyNorm, "self_attn.k_layernorm.weight"},
      {Role::AttentionOut, "self_attn.out_proj.weight"},
      {Role::FeedForwardNorm, "ffn_norm.weight"},
      {Role::Gate, "feed_forward.w1.weight"},
      {Role::Up, "feed_forward.w3.weight"},
      {Role::Down, "feed_forward.w2.weight"},
      {Role::OutputNorm, "model.embedding_norm.weight"},
  };
  std::vector<FamilyTensor> all = plainTensors(sizes);
  for (FamilyTensor &tensor : all) {
    if (const auto found = kCheckpointParts.find(tensor.role); found != kCheckpointParts.end())
      tensor.checkpointPart = found->second;
    if (tensor.role == Role::OutputNorm)
      tensor.otherPart = "token_embd_norm.weight"; // as llama.cpp's converter calls it
  }
  return all;
}

//===----------------------------------------------------------------------===//
// The family
//===----------------------------------------------------------------------===//

static void attendInSix(importer::Architecture &sizes) {
  std::vector<int64_t> kinds(size_t(sizes.layers), kConvolves);
  for (size_t block : {2, 5, 8, 10, 12, 14})
    kinds[block] = kAttends;
  setConvolutions(kinds, kWidth, sizes);
}

const Family kLfm2 = {
    .name = "lfm2",
    .headNorms = importer::HeadNorms::BeforeRope,
    .tensors = tensors,
    .config = ConfigForm{.defaults = {.model = 2560,
                                      .hidden = 12288,
                                      .keyValueHeads = 8,
                                      .vocabulary = 65536,
                                      .context = 128000,
                                      .normEpsilon = 1e-5},
                         .ropeTheta = 1000000,
                         .epsilonField = "norm_eps",
                         .choosesNoClass = true,
                         // The last two lines are about the weights before training.
                         .fields = {"norm_eps",
                                    "theta",
                                    "tie_embedding",
                                    "layer_types",
                                    "full_attn_idxs",
                                    "conv_L_cache",
                                    "conv_bias",
                                    "conv_dim",
                                    "conv_dim_out",
                                    "num_heads",
                                    "use_pos_enc",
                                    "block_dim",
                                    "block_norm_eps",
                                    "block_ff_dim",
                                    "block_auto_adjust_ff_dim",
                                    "block_ffn_dim_multiplier",
                                    "block_multiple_of",
                                    "block_use_swiglu", //
                                    "block_mlp_init_scale",
                                    "block_out_init_scale",
                                    "block_use_xavier_init",
                                    "conv_use_xavier_init"},
                         .meaningfulNulls = {"block_ffn_dim_multiplier"},
                         .read = read},
    .gguf = GgufForm{.convolutionWidth = "shortconv.l_cache"},
    .presets =
        {
            // name        blocks x model hidden heads kv size vocabulary context theta epsilon tied
            {"lfm2-350m", 16, 1, 1024, 4608, 16, 8, 64, 65536, 128000, 1e6, 1e-5f, true, {}, attendInSix},
            {"lfm2-700m", 16, 1, 1536, 6912, 24, 8, 64, 65536, 128000, 1e6, 1e-5f, true, {}, attendInSix},
            {"lfm2-1.2b", 16, 1, 2048, 8192, 32, 8, 64, 65536, 128000, 1e6, 1e-5f, true, {}, attendInSix},
        },
};

} // namespace weebill::families
