//===- Olmo2.cpp - OLMo 2 -------------------------------------------------===//
//
// Blocks norm what they add to the residual stream and not what they read of it. All query heads are normed as one row,
// and all key heads as another. Tested by tests/unit/compiler/import/GgufArchitectureTest.cpp and
// tests/emitted/test_families.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/families/Families.h"

namespace weebill::families {

const Family kOlmo2 = {
    .name = "olmo2",
    .headNorms = importer::HeadNorms::AllHeads,
    .blockNorms = importer::BlockNorms::After,
    .tensors = plainTensors,
    .config = ConfigForm{.defaults = {.vocabulary = 50304, .normEpsilon = 1e-5, .end = 50279},
                         .tokenizerClass = "GPTNeoXTokenizerFast"},
    .gguf = GgufForm{},
    .presets =
        {
            // name       blocks x model hidden heads kv size vocabulary context theta epsilon tied
            {"olmo-2-1b", 16, 1, 2048, 8192, 16, 16, 128, 100352, 4096, 5e5, 1e-6f, false},
        },
};

} // namespace weebill::families
