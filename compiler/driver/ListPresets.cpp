//===- ListPresets.cpp - weebill presets ----------------------------------===//
//
// Tested by tests/lit/tools/weebill-presets.test.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/ListPresets.h"

#include "compiler/api/Numbers.h"
#include "compiler/api/Presets.h"

#include <algorithm>

namespace weebill::driver {

namespace {

std::string millions(int64_t count) {
  const int64_t tenths = (count + 50000) / 100000;
  return api::groupedText(tenths / 10) + "." + std::to_string(tenths % 10) + " M";
}

std::string shapeText(const importer::Architecture &sizes) {
  std::string text = std::to_string(sizes.layers) + " blocks of " + std::to_string(sizes.model);
  if (!sizes.schedule.empty())
    text += ", " + std::to_string(sizes.schedule.size()) + " visits";
  if (!sizes.convolutions.empty())
    text += ", " + std::to_string(std::count(sizes.convolutions.begin(), sizes.convolutions.end(), 1)) + " convolve";
  return text + ", hidden " + std::to_string(sizes.hidden) + ", heads " + std::to_string(sizes.heads) + "/" +
         std::to_string(sizes.keyValueHeads) + " of " + std::to_string(sizes.headSize) + ", vocabulary " +
         api::groupedText(sizes.vocabulary) + (sizes.tiedEmbeddings ? "" : ", head of its own");
}

} // namespace

void listPresets(std::ostream &out) {
  const std::vector<api::Preset> all = api::presets();
  size_t nameWidth = 0, countWidth = 0;
  for (const api::Preset &preset : all) {
    nameWidth = std::max(nameWidth, preset.name.size());
    countWidth = std::max(countWidth, millions(preset.parameters).size());
  }
  for (const api::Preset &preset : all) {
    const std::string count = millions(preset.parameters);
    out << preset.name << std::string(nameWidth + 2 + countWidth - preset.name.size() - count.size(), ' ') << count
        << "  " << shapeText(preset.architecture) << "\n";
  }
  out << "\nThe shapes are those of the published models, parameters are counted once where blocks are shared; the "
         "weights are\nrandom, from seed 0: for measuring speed and memory, not for text.\n";
}

} // namespace weebill::driver
