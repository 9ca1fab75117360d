//===- Qwen2.cpp - Qwen 2 and 2.5 -----------------------------------------===//
//
// A bias of the projections to query, key and value, always. Tested by tests/unit/compiler/import/FamilyConfigTest.cpp
// and tests/emitted/test_families.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/families/ConfigFields.h"
#include "compiler/import/families/Families.h"
#include "compiler/import/families/Windows.h"

namespace weebill::families {

static void read(const description::FieldReader &fields, importer::Architecture &sizes) {
  refuseTrue(fields, "use_mrope", "RoPE of several dimensions is not supported");
  readQwenWindows(fields, sizes);
  sizes.attentionOutBias = false; // whatever 'attention_bias' says
}

const Family kQwen2 = {
    .name = "qwen2",
    .projectionBias = true,
    .tensors = plainTensors,
    .config =
        ConfigForm{.defaults = kQwenDefaults,
                   .tokenizerClass = "Qwen2Tokenizer",
                   .fields = {"layer_types", "max_window_layers", "sliding_window", "use_sliding_window", "use_mrope"},
                   .meaningfulNulls = {},
                   .read = read},
    .gguf = GgufForm{},
    .presets =
        {
            // name          blocks x model hidden heads kv size vocabulary context theta epsilon tied
            {"qwen2.5-0.5b", 24, 1, 896, 4864, 14, 2, 64, 151936, 32768, 1e6, 1e-6f, true},
        },
};

} // namespace weebill::families
