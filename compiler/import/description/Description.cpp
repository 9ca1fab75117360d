//===- Description.cpp - A model that is only described -------------------===//
//
// Tested by tests/unit/compiler/import/PresetsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/description/Description.h"

#include "compiler/import/description/RandomTensors.h"
#include "compiler/import/families/Families.h"

namespace weebill::description {

int64_t countParameters(const importer::Architecture &architecture) {
  int64_t parameters = 0;
  for (const families::FamilyTensor &tensor : families::tensorsOf(architecture))
    if (!(tensor.optional && architecture.tiedEmbeddings))
      for (int64_t block = 0; block < (tensor.perBlock ? architecture.layers : 1); ++block)
        parameters += tensor.isIn(architecture, block) ? tensor.rows * tensor.columns : 0;
  return parameters;
}

importer::ImportedModel importDescription(const Description &description, const std::string &path) {
  importer::ImportedModel model;
  model.path = path;
  model.name = description.name;
  model.architecture = description.architecture;
  model.randomSeed = description.seed;
  model.source = makeRandomTensors(description.architecture, description.seed);
  return model;
}

} // namespace weebill::description
