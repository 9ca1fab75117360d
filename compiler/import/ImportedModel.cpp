//===- ImportedModel.cpp - A model as it was read -------------------------===//
//
// Tested by tests/unit/compiler/import/ImportGgufTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/ImportedModel.h"

#include "compiler/import/IgnoredFields.h"
#include "compiler/import/ModelSource.h"
#include "compiler/import/Refuse.h"
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

const TensorInfo &TensorSource::knownRows(const std::string &name, int64_t first, int64_t count) const {
  const TensorInfo *info = find(name);
  if (!info || first < 0 || count < 0 || first > info->rows || count > info->rows - first)
    throw InputError("tensor " + quoted(name) + ": " + counted(count, "row") + " from row " + std::to_string(first) +
                     " are asked for, it has " + std::to_string(info ? info->rows : 0));
  return *info;
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
  switch (kindOfSource(path)) {
  case SourceKind::Folder:
    return huggingface::importHuggingFace(path, options);
  case SourceKind::Gguf:
    return gguf::importGguf(path, options);
  case SourceKind::Description:
  case SourceKind::Preset:
    break;
  }
  const description::Description *preset = description::findPreset(path);
  ImportedModel model = preset ? description::importDescription(*preset, path)
                               : description::importDescription(description::readDescription(path), path);
  IgnoredFields(options.ignoredFields).tell(path, model);
  return model;
}

std::string nameOf(Strip strip) {
  constexpr const char *kNames[] = {"Nothing", "LineEndsBefore", "LineEnds", "SpacesBefore", "SpacesAfter", "Spaces"};
  return kNames[size_t(strip)];
}

std::string nameOf(KeptThoughts kept) {
  constexpr const char *kNames[] = {"None", "UntilUser", "Always"};
  return kNames[size_t(kept)];
}

bool changesAnswers(const ChatFormat &format) {
  return !format.answers.thoughtEnd.empty() || format.answers.strip != Strip::Nothing ||
         format.assistantPrefix != format.answerPrefix || !format.tools.noThought.empty();
}

} // namespace weebill::importer
