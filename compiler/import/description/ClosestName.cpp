//===- ClosestName.cpp - What a misspelt name was meant to be -------------===//
//
// Tested by tests/unit/compiler/import/ClosestNameTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/description/ClosestName.h"

#include <algorithm>
#include <numeric>

namespace weebill::description {

/// Levenshtein's distance, one row of the table at a time.
static size_t editDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t(0));
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

std::string closestName(std::string_view written, const std::vector<std::string> &names) {
  constexpr size_t kLongest = 64; // of the written name: the work is bounded
  std::string closest;
  size_t least = written.size() > kLongest ? 0 : written.size() / 3 + 1;
  for (const std::string &name : names)
    if (const size_t distance = least ? editDistance(written, name) : 0; distance < least) {
      least = distance;
      closest = name;
    }
  return closest;
}

std::string suggestion(std::string_view written, const std::vector<std::string> &names) {
  const std::string closest = closestName(written, names);
  return closest.empty() ? "" : "; did you mean '" + closest + "'?";
}

} // namespace weebill::description
