// weebill-fuzz [KIND...] [--inputs N] [--seed S] [--first N] [--save FOLDER]
//
// Reads damaged inputs of the named kinds, all of them if none is named, and says which were not refused as they
// should be. Exit code 1 if there was one. --save writes input --first to a folder in the place of reading it. Run by
// tests/fuzz/CMakeLists.txt and scripts/fuzz.

#include "tests/fuzz/Campaign.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace weebill::fuzz;

namespace {

const Kind *const kinds[] = {&ggufKind,    &descriptionKind, &folderKind, &templateKind,
                             &weightsKind, &argumentsKind,   &stateKind};

int usage() {
  std::fprintf(stderr, "weebill-fuzz [KIND...] [--inputs N] [--seed S] [--first N] [--save FOLDER]; kinds:\n");
  for (const Kind *kind : kinds)
    std::fprintf(stderr, "  %-12s %s\n", kind->name, kind->what);
  return 2;
}

void save(const Kind &kind, Range range, const std::string &folder) {
  std::filesystem::create_directories(folder);
  for (const auto &[name, bytes] : makeInput(kind, range.seed, range.first)) {
    std::ofstream(folder + "/" + name, std::ios::binary) << bytes;
    std::printf("%s/%s  %zu bytes\n", folder.c_str(), name.c_str(), bytes.size());
  }
}

} // namespace

int main(int count, char **arguments) {
  Range range{1, 0, 1000};
  std::string folder;
  std::vector<const Kind *> chosen;
  for (int i = 1; i < count; ++i) {
    const std::string word = arguments[i];
    const auto kind = std::find_if(std::begin(kinds), std::end(kinds), [&](const Kind *k) { return word == k->name; });
    if (kind != std::end(kinds)) {
      chosen.push_back(*kind);
      continue;
    }
    uint64_t *number = word == "--inputs"  ? &range.count
                       : word == "--seed"  ? &range.seed
                       : word == "--first" ? &range.first
                                           : nullptr;
    if ((!number && word != "--save") || ++i == count)
      return usage();
    if (number)
      *number = std::strtoull(arguments[i], nullptr, 10);
    else
      folder = arguments[i];
  }
  if (chosen.empty())
    chosen.assign(std::begin(kinds), std::end(kinds));
  uint64_t wrong = 0;
  for (const Kind *kind : chosen)
    if (folder.empty())
      wrong += runCampaign(*kind, range);
    else
      save(*kind, range, folder);
  return wrong > 0;
}
