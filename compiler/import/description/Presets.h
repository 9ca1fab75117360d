//===- Presets.h - Models known by name --------------------------*- C++ -*-===//
//
// The shapes of published models, with random weights: for measuring speed without a download. Tested by
// tests/unit/compiler/import/PresetsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_DESCRIPTION_PRESETS_H
#define WEEBILL_COMPILER_IMPORT_DESCRIPTION_PRESETS_H

#include "compiler/import/description/Description.h"

namespace weebill::description {

/// In the order in which they are listed; the seed is 0.
const std::vector<Description> &presets();

/// The preset of that name, or nullptr.
const Description *findPreset(const std::string &name);

} // namespace weebill::description

#endif // WEEBILL_COMPILER_IMPORT_DESCRIPTION_PRESETS_H
