//===- Llama4Config.cpp - config.json of Llama 4's text models ------------===//
//
// MobileLLM-R1 is such a model without experts, with RoPE in every layer and norms of heads behind it. In
// 'no_rope_layers' a 1 means that the layer has RoPE. Scales of the attention's temperature act on layers without RoPE
// only, which are refused. Tested by tests/unit/compiler/import/ReadConfigTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/ConfigParts.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/description/ReadDescription.h"

#include <algorithm>

namespace weebill::huggingface {

namespace {

constexpr int64_t kMostLayers = description::limits::kBlocks;

const description::JsonValue *findList(const description::FieldReader &fields, const char *name) {
  const description::JsonMember *member = fields.find(name);
  if (!member)
    return nullptr;
  if (member->value.kind != description::JsonValue::Kind::List)
    fields.refuse(member->value.place, weebill::importer::quoted(name) + " is " +
                                           description::valueText(member->value) + ", but must be a list");
  return &member->value;
}

/// Without a list every n-th layer has experts, and every one by default.
void refuseExperts(const description::FieldReader &fields, const importer::Architecture &sizes) {
  const description::JsonValue *layers = findList(fields, "moe_layers");
  if (layers && !layers->items.empty())
    fields.refuse(layers->place, "'moe_layers' has " + importer::counted(int64_t(layers->items.size()), "layer") +
                                     ", experts are not supported");
  const int64_t step = fields.integer("interleave_moe_layer_step", 0, kMostLayers, 1);
  if (!layers && step <= sizes.layers)
    fields.refuse({}, "the configuration has no list 'moe_layers', so layers have experts, which are not supported");
}

/// Without a list, or with an empty one, every n-th layer has no RoPE.
void refuseLayersWithoutRope(const description::FieldReader &fields, const importer::Architecture &sizes) {
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
void refuseChunks(const description::FieldReader &fields, const importer::Architecture &sizes) {
  const std::vector<std::string> types = readLayerTypes(fields, {"chunked_attention", "full_attention"});
  const bool chunked = types.empty() || std::find(types.begin(), types.end(), "chunked_attention") != types.end();
  const int64_t chunk = fields.integer("attention_chunk_size", 1, description::limits::kContext, 8192);
  const description::JsonMember *stated = fields.find("attention_chunk_size");
  if (chunked && chunk < sizes.context)
    fields.refuse(stated ? stated->value.place : fields.required("max_position_embeddings").value.place,
                  "'attention_chunk_size' is " + std::to_string(chunk) + ", less than the context of " +
                      std::to_string(sizes.context) + ": attention in chunks is not supported");
}

} // namespace

void readLlama4(const description::FieldReader &fields, importer::Architecture &sizes) {
  refuseExperts(fields, sizes);
  refuseLayersWithoutRope(fields, sizes);
  refuseChunks(fields, sizes);
  sizes.hidden =
      fields.integer("intermediate_size_mlp", 1, description::limits::kHidden); // the other is that of experts
  sizes.headNorms = fields.boolean("use_qk_norm", true) ? importer::HeadNorms::AfterRope : importer::HeadNorms::None;
}

} // namespace weebill::huggingface
