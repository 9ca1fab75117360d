//===- SmolLM3.cpp - SmolLM3 ----------------------------------------------===//
//
// Llama's blocks, every fourth without RoPE; a configuration may list others, and give these a window. In
// 'no_rope_layers' a 1 means that the layer has RoPE. Tested by tests/unit/compiler/import/FamilyConfigTest.cpp and
// tests/emitted/test_families.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/Refuse.h"
#include "compiler/import/description/ReadDescription.h"
#include "compiler/import/families/ConfigFields.h"
#include "compiler/import/families/Families.h"
#include "compiler/import/families/Windows.h"

namespace weebill::families {

static void leaveOutRope(importer::Architecture &sizes, int64_t interval) {
  sizes.ropeThetas.assign(size_t(sizes.layers), sizes.ropeTheta);
  for (int64_t layer = interval - 1; layer < sizes.layers; layer += interval)
    sizes.ropeThetas[size_t(layer)] = 0;
}

/// llama.cpp knows no other interval, and GGUF files state none.
static void leaveOutEveryFourth(importer::Architecture &sizes) { leaveOutRope(sizes, 4); }

static void readRopeLayers(const description::FieldReader &fields, importer::Architecture &sizes) {
  const description::JsonValue *list = findList(fields, "no_rope_layers");
  if (!list)
    return;
  if (int64_t(list->items.size()) < sizes.layers)
    fields.refuse(list->place, "'no_rope_layers' has " + std::to_string(list->items.size()) + " entries for " +
                                   importer::counted(sizes.layers, "layer"));
  for (size_t layer = 0; layer < sizes.ropeThetas.size(); ++layer)
    sizes.ropeThetas[layer] =
        double(fields.integer("an entry of 'no_rope_layers'", list->items[layer], 0, 1)) * sizes.ropeTheta;
}

static void read(const description::FieldReader &fields, importer::Architecture &sizes) {
  sizes.tiedEmbeddings = fields.boolean("tie_word_embeddings", true);
  leaveOutRope(sizes, fields.integer("no_rope_layer_interval", 1, description::limits::kBlocks, 4));
  readRopeLayers(fields, sizes);
  readWindows(fields, sizes, 0, [&](int64_t layer) { return sizes.ropeThetas[size_t(layer)] == 0; });
}

const Family kSmolLM3 = {
    .name = "smollm3",
    .complete = leaveOutEveryFourth,
    .tensors = plainTensors,
    .config = ConfigForm{.defaults = {.model = 2048,
                                      .layers = 36,
                                      .heads = 16,
                                      .keyValueHeads = 4,
                                      .vocabulary = 128256,
                                      .context = 32768,
                                      .end = 128001},
                         .feedForwardBias = true,
                         .ropeTheta = 2000000,
                         .tokenizerClass = "PreTrainedTokenizerFast",
                         // The last does nothing: sums in slices are not what is computed.
                         .fields = {"no_rope_layers", "no_rope_layer_interval", "layer_types", "sliding_window",
                                    "use_sliding_window", "pretraining_tp"},
                         .meaningfulNulls = {},
                         .read = read},
    .gguf = GgufForm{.headRows = HeadRows::Interleaved},
    .presets =
        {
            // name        blocks x model hidden heads kv size vocabulary context theta epsilon tied
            {"smollm3-3b", 36, 1, 2048, 11008, 16, 4, 128, 128256, 65536, 5e6, 1e-6f, true},
        },
};

} // namespace weebill::families
