//===- Presets.cpp - Models known by name ---------------------------------===//
//
// Tested by tests/unit/compiler/import/PresetsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/description/Presets.h"

#include "compiler/import/description/BlockSchedule.h"
#include "compiler/import/families/Families.h"

#include <algorithm>

namespace weebill::description {

static Description descriptionOf(const families::Family &family, const families::Preset &preset) {
  Description description;
  description.name = preset.name;
  importer::Architecture &sizes = description.architecture;
  sizes = families::startedSizes(family);
  sizes.layers = preset.blocks;
  if (preset.times > 1)
    sizes.schedule = immediateSchedule(preset.blocks, preset.times);
  sizes.model = preset.model;
  sizes.hidden = preset.hidden;
  sizes.heads = preset.heads;
  sizes.keyValueHeads = preset.keyValueHeads;
  sizes.headSize = preset.headSize;
  sizes.vocabulary = preset.vocabulary;
  sizes.context = preset.context;
  sizes.ropeTheta = preset.ropeTheta;
  sizes.ropeScaling = preset.ropeScaling;
  sizes.normEpsilon = preset.normEpsilon;
  sizes.tiedEmbeddings = preset.tied;
  if (family.complete)
    family.complete(sizes);
  if (preset.complete)
    preset.complete(sizes);
  return description;
}

const std::vector<Description> &presets() {
  static const std::vector<Description> list = [] {
    std::vector<Description> made;
    for (const families::Family *family : families::families())
      for (const families::Preset &preset : family->presets)
        made.push_back(descriptionOf(*family, preset));
    return made;
  }();
  return list;
}

const Description *findPreset(const std::string &name) {
  const std::vector<Description> &all = presets();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Description &preset) { return preset.name == name; });
  return found == all.end() ? nullptr : &*found;
}

} // namespace weebill::description
