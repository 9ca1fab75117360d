//===- Mistral.cpp - Mistral ----------------------------------------------===//
//
// Llama's blocks; all see the same window, if there is one. llama.cpp calls the architecture of its GGUF files llama.
// Tested by tests/unit/compiler/import/FamilyConfigTest.cpp and tests/emitted/test_families.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/families/Families.h"
#include "compiler/import/families/Windows.h"

namespace weebill::families {

static void read(const description::FieldReader &fields, importer::Architecture &sizes) {
  if (const std::optional<int64_t> window = readWindow(fields, 4096))
    sizes.windows.assign(size_t(sizes.layers), *window);
}

const Family kMistral = {
    .name = "mistral",
    .tensors = plainTensors,
    .config = ConfigForm{.defaults = {.hidden = 14336, .keyValueHeads = 8, .context = 131072},
                         .fields = {"sliding_window"},
                         .meaningfulNulls = {"sliding_window"},
                         .read = read},
    .gguf = std::nullopt,
    .presets = {},
};

} // namespace weebill::families
