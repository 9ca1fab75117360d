//===- ImportedModel.cpp - A model as it was read -------------------------===//
//
// Tested by tests/unit/compiler/import/ImportGgufTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/ImportedModel.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/description/ClosestName.h"
#include "compiler/import/description/Presets.h"
#include "compiler/import/description/ReadDescription.h"
#include "compiler/import/gguf/ImportGguf.h"
#include "compiler/import/huggingface/ImportHuggingFace.h"

#include <algorithm>

namespace weebill::importer {

const TensorInfo *TensorSource::find(const std::string &name) const {
  const std::vector<TensorInfo> &all = tensors();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const TensorInfo &tensor) { return tensor.name == name; });
  return found == all.end() ? nullptr : &*found;
}

void TensorSource::readBlocks(const std::string &name, std::string_view type, int64_t, int64_t, uint8_t *) const {
  const TensorInfo *info = find(name);
  throw InputError("tensor '" + name + "' is " + (info ? "stored as " + info->type : "missing") +
                   ", not as blocks of " + std::string(type));
}

std::vector<std::string> typesOfTensors(const TensorSource &source) {
  std::vector<std::string> types;
  for (const TensorInfo &tensor : source.tensors())
    types.push_back(tensor.name + "=" + tensor.type);
  return types;
}

ImportedModel importModel(const std::string &path, const ImportOptions &options) {
  if (huggingface::isModelFolder(path))
    return huggingface::importHuggingFace(path, options);
  if (path.ends_with(".gguf"))
    return gguf::importGguf(path, options);
  if (path.ends_with(".json"))
    return description::importDescription(description::readDescription(path), path);
  if (const description::Description *preset = description::findPreset(path))
    return description::importDescription(*preset, path);
  std::vector<std::string> names;
  for (const description::Description &preset : description::presets())
    names.push_back(preset.name);
  throw InputError(path +
                   ": is not a model that can be read: accepted are a file that ends in .gguf or .json, a folder "
                   "with config.json, and the name of a preset" +
                   description::suggestion(path, names));
}

} // namespace weebill::importer
