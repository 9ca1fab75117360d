//===- Granite.cpp - Granite, Granite 4.0 ---------------------------------===//
//
// Llama's blocks and four numbers: rows of the embedding, scores of attention and what is added to the residual stream
// are multiplied, logits are divided. Granite 4.0 has a class for models with experts and Mamba layers, which its small
// dense models are of without either: gate and up are one tensor there. llama.cpp calls both granite. Tested by
// tests/unit/compiler/import/FamilyConfigTest.cpp, GgufArchitectureTest.cpp and tests/emitted/test_families.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/Refuse.h"
#include "compiler/import/families/ConfigFields.h"
#include "compiler/import/families/Families.h"

#include <algorithm>

namespace weebill::families {

static constexpr double kLeast = 1e-6, kMost = 1e6; // of multipliers

static void leaveOutRope(importer::Architecture &sizes) { sizes.ropeThetas.assign(size_t(sizes.layers), 0); }

//===----------------------------------------------------------------------===//
// Configurations
//===----------------------------------------------------------------------===//

static void readMultipliers(const description::FieldReader &fields, importer::Architecture &sizes) {
  sizes.embeddingScale = float(fields.real("embedding_multiplier", kLeast, kMost, 1));
  sizes.residualScale = float(fields.real("residual_multiplier", kLeast, kMost, 1));
  sizes.attentionScale = float(fields.real("attention_multiplier", kLeast, kMost, 1));
  sizes.headScale = float(1 / fields.real("logits_scaling", kLeast, kMost, 1));
}

static void refuseExperts(const description::FieldReader &fields) {
  if (fields.integer("num_local_experts", 0, INT32_MAX, 8) != 0)
    fields.refuse(fields.find("num_local_experts") ? fields.required("num_local_experts").value.place
                                                   : description::JsonPlace(),
                  "layers have experts unless 'num_local_experts' is 0, and experts are not supported");
}

static void readHybrid(const description::FieldReader &fields, importer::Architecture &sizes) {
  readMultipliers(fields, sizes);
  refuseExperts(fields);
  const int64_t attention = int64_t(readLayerTypes(fields, {"attention"}).size());
  if (attention != sizes.layers)
    fields.refuse(fields.find("layer_types") ? fields.required("layer_types").value.place : description::JsonPlace(),
                  "'layer_types' says of " + importer::counted(attention, "layer") + " of " +
                      std::to_string(sizes.layers) + " that it is attention: Mamba layers are not supported");
  if (const std::string norm = fields.text("normalization_function", 64, "rmsnorm"); norm != "rmsnorm")
    fields.refuse(fields.required("normalization_function").value.place,
                  "'normalization_function' is " + importer::quoted(norm) + ", supported is 'rmsnorm'");
  const std::string positions = fields.text("position_embedding_type", 64, "nope");
  if (positions == "nope")
    leaveOutRope(sizes);
  else if (positions != "rope")
    fields.refuse(fields.required("position_embedding_type").value.place,
                  "'position_embedding_type' is " + importer::quoted(positions) + ", supported are 'rope' and 'nope'");
}

static std::vector<FamilyTensor> hybridTensors(const importer::Architecture &sizes) {
  std::vector<FamilyTensor> tensors = plainTensors(sizes);
  for (FamilyTensor &tensor : tensors) {
    if (tensor.role == Role::Gate || tensor.role == Role::Up) {
      tensor.checkpointPart = "shared_mlp.input_linear.weight";
      tensor.checkpointRows = 2 * sizes.hidden;
      tensor.firstCheckpointRow = tensor.role == Role::Up ? sizes.hidden : 0;
    }
    if (tensor.role == Role::Down)
      tensor.checkpointPart = "shared_mlp.output_linear.weight";
  }
  return tensors;
}

//===----------------------------------------------------------------------===//
// GGUF
//===----------------------------------------------------------------------===//

/// 0 and a key that is left out mean `otherwise`, as in llama.cpp.
static double multiplier(const gguf::ArchitectureKeys &keys, std::string_view key, double otherwise) {
  const double value = keys.real(key).value_or(0);
  if (value != 0 && !(value >= kLeast && value <= kMost))
    keys.refuseKey(key, std::to_string(value) + " is not a number from 1e-06 to 1e+06");
  return value == 0 ? otherwise : value;
}

static void readKeys(const gguf::ArchitectureKeys &keys, importer::Architecture &sizes) {
  sizes.embeddingScale = float(multiplier(keys, "embedding_scale", 1));
  sizes.residualScale = float(multiplier(keys, "residual_scale", 1));
  sizes.attentionScale = float(multiplier(keys, "attention.scale", 0));
  sizes.headScale = float(1 / multiplier(keys, "logit_scale", 1));
  keys.requireEqual("expert_shared_feed_forward_length", sizes.hidden, "the width of the feed-forward half");
  if (!keys.flag("rope.scaling.finetuned", true)) // the converter's way to say that there is no RoPE
    leaveOutRope(sizes);
}

//===----------------------------------------------------------------------===//
// The families
//===----------------------------------------------------------------------===//

const Family kGranite = {
    .name = "granite",
    .tensors = plainTensors,
    .config =
        ConfigForm{.feedForwardBias = true,
                   .tokenizerClass = "GPT2Tokenizer",
                   .fields = {"embedding_multiplier", "residual_multiplier", "attention_multiplier", "logits_scaling"},
                   .meaningfulNulls = {},
                   .read = readMultipliers},
    // The last two lines are in files of Granite 4.0: the one feed-forward half by another name, and Mamba layers,
    // whose sizes the converter writes for models without such a layer too.
    .gguf = GgufForm{.headRows = HeadRows::Interleaved,
                     .keys = {"embedding_scale", "residual_scale", "attention.scale", "logit_scale", //
                              "expert_shared_feed_forward_length", "ssm.conv_kernel", "ssm.state_size",
                              "ssm.group_count", "ssm.inner_size", "ssm.time_step_rank"},
                     .read = readKeys},
    .presets = {},
};

static void multiplyAs350m(importer::Architecture &sizes) {
  sizes.embeddingScale = 12;
  sizes.residualScale = 0.263f;
  sizes.attentionScale = 0.015625f;
  sizes.headScale = 0.25f;
}

const Family kGraniteMoeHybrid = {
    .name = "granitemoehybrid",
    .tensors = hybridTensors,
    .config = ConfigForm{.defaults = {.hidden = 1024},
                         .hiddenField = "shared_intermediate_size", // intermediate_size is that of experts
                         .tokenizerClass = "GPT2Tokenizer",
                         // The last two lines are about experts, Mamba layers and training.
                         .fields = {"embedding_multiplier",
                                    "residual_multiplier",
                                    "attention_multiplier",
                                    "logits_scaling",
                                    "shared_intermediate_size",
                                    "num_local_experts",
                                    "layer_types",
                                    "position_embedding_type",
                                    "normalization_function", //
                                    "num_experts_per_tok",
                                    "output_router_logits",
                                    "router_aux_loss_coef",
                                    "mamba_n_heads",
                                    "mamba_n_groups",
                                    "mamba_d_state",
                                    "mamba_d_head",
                                    "mamba_d_conv",
                                    "mamba_expand",
                                    "mamba_chunk_size",
                                    "mamba_conv_bias",
                                    "mamba_proj_bias",
                                    "init_method"},
                         .meaningfulNulls = {},
                         .read = readHybrid},
    .gguf = {},
    .presets =
        {
            // name              blocks x model hidden heads kv size vocabulary context theta epsilon tied
            {"granite-4.0-350m", 28, 1, 1024, 2048, 16, 4, 64, 100352, 32768, 1e7, 1e-5f, true, {}, multiplyAs350m},
        },
};

} // namespace weebill::families
