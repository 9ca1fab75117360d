//===- Description.cpp - A model that is only described -------------------===//
//
// Tested by tests/unit/compiler/import/PresetsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/description/Description.h"

#include "compiler/import/description/RandomTensors.h"
#include "compiler/import/gguf/LlamaTensors.h"

namespace weebill::description {

int64_t countParameters(const importer::Architecture &architecture) {
  int64_t outer = 0, block = 0;
  for (const gguf::LlamaTensor &tensor : gguf::llamaOuterTensors(architecture))
    if (!(tensor.optional && architecture.tiedEmbeddings))
      outer += tensor.rows * tensor.columns;
  for (const gguf::LlamaTensor &tensor : gguf::llamaLayerTensors(architecture, 0))
    block += tensor.rows * tensor.columns;
  return outer + architecture.layers * block;
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
