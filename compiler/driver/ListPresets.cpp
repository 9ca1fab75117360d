//===- ListPresets.cpp - weebill presets ----------------------------------===//
//
// Tested by tests/lit/tools/weebill-presets.test.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/ListPresets.h"

#include "compiler/driver/Numbers.h"
#include "compiler/import/description/Presets.h"

#include <algorithm>

namespace weebill::driver {

namespace {

std::string millions(int64_t count) {
  const int64_t tenths = (count + 50000) / 100000;
  return groupedText(tenths / 10) + "." + std::to_string(tenths % 10) + " M";
}

std::string shapeText(const importer::Architecture &sizes) {
  std::string text = std::to_string(sizes.layers) + " blocks of " + std::to_string(sizes.model);
  if (!sizes.schedule.empty())
    text += ", " + std::to_string(sizes.schedule.size()) + " visits";
  return text + ", hidden " + std::to_string(sizes.hidden) + ", heads " + std::to_string(sizes.heads) + "/" +
         std::to_string(sizes.keyValueHeads) + " of " + std::to_string(sizes.headSize) + ", vocabulary " +
         groupedText(sizes.vocabulary) + (sizes.tiedEmbeddings ? "" : ", head of its own");
}

} // namespace

void listPresets(std::ostream &out) {
  size_t nameWidth = 0, countWidth = 0;
  for (const description::Description &preset : description::presets()) {
    nameWidth = std::max(nameWidth, preset.name.size());
    countWidth = std::max(countWidth, millions(description::countParameters(preset.architecture)).size());
  }
  for (const description::Description &preset : description::presets()) {
    const std::string count = millions(description::countParameters(preset.architecture));
    out << preset.name << std::string(nameWidth + 2 + countWidth - preset.name.size() - count.size(), ' ') << count
        << "  " << shapeText(preset.architecture) << "\n";
  }
  out << "\nThe shapes are those of the published models, parameters are counted once where blocks are shared; the "
         "weights are\nrandom, from seed 0: for measuring speed and memory, not for text.\n";
}

} // namespace weebill::driver
