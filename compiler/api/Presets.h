//===- Presets.h - The models that are known by name -------------*- C++ -*-===//
//
// Tested by tests/lit/tools/weebill-presets.test.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_API_PRESETS_H
#define WEEBILL_COMPILER_API_PRESETS_H

#include "compiler/import/ImportedModel.h"

#include <cstdint>
#include <string>
#include <vector>

namespace weebill::api {

struct Preset {
  std::string name; // as CompileOptions::model takes it
  importer::Architecture architecture;
  int64_t parameters = 0; // each stored number once
};

std::vector<Preset> presets();

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_PRESETS_H
