//===- Llama.cpp - Llama, SmolLM2, TinyLlama ------------------------------===//
//
// Tested by tests/unit/compiler/import/FamiliesTest.cpp and tests/emitted/test_families.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/families/Families.h"

namespace weebill::families {

constexpr importer::RopeScaling kLlama32 = {
    .factor = 32, .lowFrequencyFactor = 1, .highFrequencyFactor = 4, .originalContext = 8192};

const Family kLlama = {
    .name = "llama",
    .tensors = plainTensors,
    .config = ConfigForm{.feedForwardBias = true},
    // llama.cpp rotates neighbouring elements of Llama models.
    .gguf = GgufForm{.headRows = HeadRows::Interleaved, .ropeDivisors = true},
    .presets =
        {
            // name       blocks x  model hidden heads kv size vocabulary context theta epsilon tied
            {"smollm2-135m", 30, 1, 576, 1536, 9, 3, 64, 49152, 8192, 1e5, 1e-5f, true},
            {"smollm2-360m", 32, 1, 960, 2560, 15, 5, 64, 49152, 8192, 1e5, 1e-5f, true},
            {"smollm2-1.7b", 24, 1, 2048, 8192, 32, 32, 64, 49152, 8192, 1.3e5, 1e-5f, true},
            {"tinyllama-1.1b", 22, 1, 2048, 5632, 32, 4, 64, 32000, 2048, 1e4, 1e-5f, false},
            {"llama-3.2-1b", 16, 1, 2048, 8192, 32, 8, 64, 128256, 131072, 5e5, 1e-5f, true, kLlama32},
        },
};

} // namespace weebill::families
