//===- Description.h - A model that is only described ------------*- C++ -*-===//
//
// Sizes and a seed for the weights: what description.json holds and what a preset is. Tested by
// tests/unit/compiler/import/PresetsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_DESCRIPTION_DESCRIPTION_H
#define WEEBILL_COMPILER_IMPORT_DESCRIPTION_DESCRIPTION_H

#include "compiler/import/ImportedModel.h"

namespace weebill::description {

struct Description {
  std::string name; // what the program is called
  importer::Architecture architecture;
  uint64_t seed = 0; // of the weights
};

/// Numbers that a model stores: those of a block once, however often it is visited, those of a tied head not at all.
int64_t countParameters(const importer::Architecture &architecture);

/// The model of a description, with random weights. `path` is what the user gave.
importer::ImportedModel importDescription(const Description &description, const std::string &path);

} // namespace weebill::description

#endif // WEEBILL_COMPILER_IMPORT_DESCRIPTION_DESCRIPTION_H
