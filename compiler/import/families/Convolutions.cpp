//===- Convolutions.cpp - Blocks that convolve ----------------------------===//

#include "compiler/import/families/Convolutions.h"

#include <algorithm>

namespace weebill::families {

std::string setConvolutions(const std::vector<int64_t> &convolves, int64_t width, importer::Architecture &sizes) {
  const bool any = std::any_of(convolves.begin(), convolves.end(), [](int64_t one) { return one != 0; });
  const bool all = std::all_of(convolves.begin(), convolves.end(), [](int64_t one) { return one != 0; });
  sizes.convolutions = any ? convolves : std::vector<int64_t>();
  sizes.convolutionWidth = any ? width : 0;
  return any && all ? "every block convolves, but at least one must attend" : "";
}

} // namespace weebill::families
