//===- MobileLlm.cpp - MobileLLM ------------------------------------------===//
//
// Its blocks are Llama's; configurations say tie_word_embeddings false and mean share_embedding. MobileLLM-R1 and -Pro
// are other models (Llama4Text.cpp). Tested by tests/unit/compiler/import/FamilyConfigTest.cpp and
// tests/emitted/test_huggingface.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/description/BlockSchedule.h"
#include "compiler/import/description/FieldReader.h"
#include "compiler/import/families/Families.h"

namespace weebill::families {

static void read(const description::FieldReader &fields, importer::Architecture &sizes) {
  const bool shared = fields.boolean("share_embedding", true);
  if (sizes.tiedEmbeddings && !shared)
    fields.refuse(fields.required("tie_word_embeddings").value.place,
                  "'tie_word_embeddings' is true, but 'share_embedding' is false");
  sizes.tiedEmbeddings = shared;
  if (fields.boolean("layer_sharing", false))
    sizes.schedule = description::immediateSchedule(sizes.layers, 2);
}

const Family kMobileLlm = {
    .name = "mobilellm",
    .tensors = plainTensors,
    .config =
        ConfigForm{
            .defaults =
                {.model = 576, .hidden = 1536, .layers = 30, .heads = 9, .keyValueHeads = 3, .normEpsilon = 1e-5},
            .feedForwardBias = true,
            .choosesNoClass = true,
            .fields = {"share_embedding", "layer_sharing"},
            .meaningfulNulls = {"share_embedding", "layer_sharing"},
            .read = read},
    .gguf = {},
    .presets =
        {
            // name            blocks x model hidden heads kv size vocabulary context theta epsilon tied
            {"mobilellm-125m", 30, 1, 576, 1536, 9, 3, 64, 32000, 2048, 1e4, 1e-5f, true},
            {"mobilellm-350m", 32, 1, 960, 2560, 15, 5, 64, 32000, 2048, 1e4, 1e-5f, true},
            {"mobilellm-600m", 40, 1, 1152, 3072, 18, 6, 64, 32000, 2048, 1e4, 1e-5f, true},
            {"mobilellm-1b", 54, 1, 1280, 3584, 20, 5, 64, 32000, 2048, 1e4, 1e-5f, true},
            {"mobilellm-1.5b", 54, 1, 1600, 4352, 25, 5, 64, 32000, 2048, 1e4, 1e-5f, true},
            {"mobilellm-ls-125m", 30, 2, 576, 1536, 9, 3, 64, 32000, 2048, 1e4, 1e-5f, true},
            {"mobilellm-ls-350m", 32, 2, 960, 2560, 15, 5, 64, 32000, 2048, 1e4, 1e-5f, true},
        },
};

} // namespace weebill::families
