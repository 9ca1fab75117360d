//===- Llama4Text.cpp - Llama 4's text models, MobileLLM-R1 and -Pro ------===//
//
// MobileLLM-R1 is such a model without experts, with RoPE in every layer and norms of heads behind it. In
// 'no_rope_layers' a 1 means that the layer has RoPE. Scales of the attention's temperature act on layers without RoPE
// only, which are refused: their heads are not normed. MobileLLM-Pro has windows that slide with the token in three
// layers of four, no chunks, and a class of its own beside the checkpoint. Tested by
// tests/unit/compiler/import/Llama4ConfigTest.cpp and tests/emitted/test_families.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/Refuse.h"
#include "compiler/import/description/ReadDescription.h"
#include "compiler/import/families/ConfigFields.h"
#include "compiler/import/families/Families.h"
#include "compiler/import/families/Windows.h"

#include <algorithm>

namespace weebill::families {

static constexpr int64_t kMostLayers = description::limits::kBlocks;

/// Without a list every n-th layer has experts, by default those that `step` says; 0: none.
static void refuseExperts(const description::FieldReader &fields, const importer::Architecture &sizes,
                          int64_t otherwise) {
  const description::JsonValue *layers = findList(fields, "moe_layers");
  if (layers && !layers->items.empty())
    fields.refuse(layers->place, "'moe_layers' has " + importer::counted(int64_t(layers->items.size()), "layer") +
                                     ", experts are not supported");
  const int64_t step = fields.integer("interleave_moe_layer_step", 0, kMostLayers, otherwise);
  if (!layers && step > 0 && step <= sizes.layers)
    fields.refuse({}, "the configuration has no list 'moe_layers', so layers have experts, which are not supported");
}

/// Without a list, or with an empty one, every n-th layer has no RoPE.
static void refuseLayersWithoutRope(const description::FieldReader &fields, const importer::Architecture &sizes) {
  const int64_t interval = fields.integer("no_rope_layer_interval", 1, kMostLayers, 4);
  const description::JsonValue *list = findList(fields, "no_rope_layers");
  if (!list || list->items.empty()) {
    if (interval <= sizes.layers)
      fields.refuse(list ? list->place : description::JsonPlace(), "without a list 'no_rope_layers' layer " +
                                                                       std::to_string(interval - 1) +
                                                                       " has no RoPE, which is not supported");
    return;
  }
  if (int64_t(list->items.size()) < sizes.layers)
    fields.refuse(list->place, "'no_rope_layers' has " + std::to_string(list->items.size()) + " entries for " +
                                   importer::counted(sizes.layers, "layer"));
  for (int64_t layer = 0; layer < sizes.layers; ++layer)
    if (const description::JsonValue &entry = list->items[size_t(layer)];
        fields.integer("an entry of 'no_rope_layers'", entry, 0, 1) == 0)
      fields.refuse(entry.place, "'no_rope_layers' is 0 for layer " + std::to_string(layer) +
                                     ": a layer without RoPE is not supported");
}

/// A layer of type chunked_attention, which every layer with RoPE is by default, sees its own chunk only.
static void refuseChunks(const description::FieldReader &fields, const importer::Architecture &sizes) {
  const std::vector<std::string> types = readLayerTypes(fields, {"chunked_attention", "full_attention"});
  const bool chunked = types.empty() || std::find(types.begin(), types.end(), "chunked_attention") != types.end();
  const int64_t chunk = fields.integer("attention_chunk_size", 1, description::limits::kContext, 8192);
  const description::JsonMember *stated = fields.find("attention_chunk_size");
  if (chunked && chunk < sizes.context)
    fields.refuse(stated ? stated->value.place : fields.required("max_position_embeddings").value.place,
                  "'attention_chunk_size' is " + std::to_string(chunk) + ", less than the context of " +
                      std::to_string(sizes.context) + ": attention in chunks is not supported");
}

static void readCommon(const description::FieldReader &fields, importer::Architecture &sizes, int64_t expertStep) {
  refuseTrue(fields, "attention_bias", "models of type 'llama4_text' have no biases");
  refuseExperts(fields, sizes, expertStep);
  refuseLayersWithoutRope(fields, sizes);
  if (!fields.boolean("use_qk_norm", true))
    sizes.headNorms = importer::HeadNorms::None;
}

static void read(const description::FieldReader &fields, importer::Architecture &sizes) {
  readCommon(fields, sizes, /*expertStep=*/1);
  refuseChunks(fields, sizes);
}

//===----------------------------------------------------------------------===//
// MobileLLM-Pro
//===----------------------------------------------------------------------===//

static constexpr int64_t kProWindow = 512;

/// As published: every fourth layer sees everything, from the first on, and the last one.
static bool slidesInPro(int64_t layer, int64_t layers) { return layer % 4 != 0 && layer + 1 != layers; }

/// 'attention_chunk_size', which is there as in every Llama 4, is that of layers of another type.
static void readPro(const description::FieldReader &fields, importer::Architecture &sizes) {
  readCommon(fields, sizes, /*expertStep=*/0);
  readLayerWindows(fields, sizes, fields.integer("sliding_window", 1, description::limits::kContext, kProWindow),
                   [&](int64_t layer) { return slidesInPro(layer, sizes.layers); });
}

static void slideAsPro(importer::Architecture &sizes) {
  for (int64_t layer = 0; layer < sizes.layers; ++layer)
    sizes.windows.push_back(slidesInPro(layer, sizes.layers) ? kProWindow : 0);
}

//===----------------------------------------------------------------------===//
// GGUF
//===----------------------------------------------------------------------===//

/// llama.cpp's converter writes a window of 0 for models without chunks, which have RoPE in every layer; without the
/// key it is attention in chunks of 8192, and every fourth layer has no RoPE.
static void readKeys(const gguf::ArchitectureKeys &keys, importer::Architecture &sizes) {
  const int64_t step = keys.integer("interleave_moe_layer_step").value_or(1);
  if (step != 0 && step <= sizes.layers)
    keys.refuseKey("interleave_moe_layer_step",
                   "is " + std::to_string(step) + ", so layers have experts, which are not supported");
  if (keys.integer("attention.sliding_window").value_or(8192) != 0)
    keys.refuseKey("attention.sliding_window",
                   "is not 0, so layers see chunks or have no RoPE, which is not supported");
}

static std::vector<FamilyTensor> tensors(const importer::Architecture &sizes) {
  return llamaTensors(sizes, "feed_forward");
}

/// The first eight are read; the rest is about experts and layers without RoPE, both refused, and training.
static std::vector<std::string_view> fields(std::initializer_list<std::string_view> more = {}) {
  std::vector<std::string_view> all = {
      "attention_chunk_size", "interleave_moe_layer_step", "intermediate_size_mlp", "layer_types",
      "moe_layers",           "no_rope_layer_interval",    "no_rope_layers",        "use_qk_norm", //
      "attn_scale",           "attn_temperature_tuning",   "floor_scale",           "num_experts_per_tok",
      "num_local_experts",    "for_llm_compressor",        "output_router_logits",  "router_aux_loss_coef",
      "router_jitter_noise"};
  all.insert(all.end(), more);
  return all;
}

static constexpr ConfigDefaults kDefaults = {.model = 5120,
                                             .hidden = 16384,
                                             .layers = 48,
                                             .heads = 40,
                                             .keyValueHeads = 8,
                                             .vocabulary = 202048,
                                             .context = 131072,
                                             .normEpsilon = 1e-5};

const Family kLlama4Text = {
    .name = "llama4_text",
    .headNorms = importer::HeadNorms::AfterRope,
    .tensors = tensors,
    .config = ConfigForm{.headRows = HeadRows::Interleaved,
                         .defaults = kDefaults,
                         .headSize = 128,
                         .ropeTheta = 500000,
                         .hiddenField = "intermediate_size_mlp", // intermediate_size is that of experts
                         .fields = fields(),
                         .meaningfulNulls = {},
                         .read = read},
    .gguf = GgufForm{.name = "llama4",
                     .headRows = HeadRows::Interleaved,
                     .ropeDivisors = true,
                     // The last is the width of experts.
                     .keys = {"interleave_moe_layer_step", "attention.sliding_window", "expert_feed_forward_length"},
                     .read = readKeys},
    .presets =
        {
            // name               blocks x model hidden heads kv size vocabulary context theta epsilon tied
            {"mobilellm-r1-140m", 15, 1, 576, 2048, 9, 3, 64, 128256, 32768, 8e6, 1e-5f, true},
            {"mobilellm-r1-360m", 15, 1, 1024, 4096, 16, 4, 64, 128256, 32768, 8e6, 1e-5f, true},
            {"mobilellm-r1-950m", 22, 1, 1536, 6144, 24, 6, 64, 128256, 32768, 8e6, 1e-5f, true},
        },
};

const Family kMobileLlmPro = {
    .name = "mobilellm_p1",
    .headNorms = importer::HeadNorms::AfterRope,
    .tensors = tensors,
    .config = ConfigForm{.modelClass = "MobileLLMP1ForCausalLM",
                         .headRows = HeadRows::Interleaved,
                         .defaults = kDefaults,
                         .headSize = 128,
                         .ropeTheta = 500000,
                         .hiddenField = "intermediate_size_mlp",
                         .choosesNoClass = true,
                         .fields = fields({"sliding_window"}),
                         .meaningfulNulls = {},
                         .read = readPro},
    .gguf = {}, // llama.cpp does not know it
    .presets =
        {
            // The theta is Llama 4's; weights are random, and no size depends on it.
            // name           blocks x model hidden heads kv size vocabulary context theta epsilon tied
            {"mobilellm-pro", 30, 1, 1280, 6144, 20, 4, 64, 202048, 131072, 5e5, 1e-5f, true, {}, slideAsPro},
        },
};

} // namespace weebill::families
