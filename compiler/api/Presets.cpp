//===- Presets.cpp - The models that are known by name --------------------===//
//
// Tested by tests/lit/tools/weebill-presets.test.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/Presets.h"

#include "compiler/import/description/Presets.h"

namespace weebill::api {

std::vector<Preset> presets() {
  std::vector<Preset> list;
  for (const description::Description &preset : description::presets())
    list.push_back({preset.name, preset.architecture, description::countParameters(preset.architecture)});
  return list;
}

} // namespace weebill::api
