//===- Qwen3.cpp - Qwen 3 -------------------------------------------------===//
//
// A norm of every query and key head before RoPE, with gains. Tested by
// tests/unit/compiler/import/FamilyConfigTest.cpp and tests/emitted/test_families.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/families/Families.h"
#include "compiler/import/families/Windows.h"

namespace weebill::families {

static void read(const description::FieldReader &fields, importer::Architecture &sizes) {
  readQwenWindows(fields, sizes);
}

const Family kQwen3 = {
    .name = "qwen3",
    .headNorms = importer::HeadNorms::BeforeRope,
    .tensors = plainTensors,
    .config = ConfigForm{.defaults = kQwenDefaults,
                         .headSize = 128,
                         .tokenizerClass = "Qwen2Tokenizer",
                         .fields = {"layer_types", "max_window_layers", "sliding_window", "use_sliding_window"},
                         .meaningfulNulls = {},
                         .read = read},
    .gguf = GgufForm{},
    .presets =
        {
            // name        blocks x model hidden heads kv size vocabulary context theta epsilon tied
            {"qwen3-0.6b", 28, 1, 1024, 3072, 16, 8, 128, 151936, 40960, 1e6, 1e-6f, true},
        },
};

} // namespace weebill::families
