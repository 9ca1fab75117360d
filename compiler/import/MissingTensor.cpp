//===- MissingTensor.cpp - What a file has in a tensor's place ------------===//
//
// Tested by tests/unit/compiler/import/MissingTensorTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/MissingTensor.h"

#include "compiler/import/Refuse.h"

#include <algorithm>
#include <set>

namespace weebill::importer {

static size_t commonPrefix(const std::string &a, const std::string &b) {
  return size_t(std::mismatch(a.begin(), a.begin() + std::min(a.size(), b.size()), b.begin()).first - a.begin());
}

/// A name without its numbers: tensors of all blocks are called alike.
static std::string withoutNumbers(std::string name) {
  std::erase_if(name, [](char c) { return c >= '0' && c <= '9'; });
  return name;
}

std::string missingTensor(const std::string &missing, const Architecture &sizes, int64_t block,
                          const std::vector<std::string> &inFile,
                          const std::function<std::string(const families::FamilyTensor &, int64_t)> &nameOf) {
  constexpr size_t kMost = 3;
  std::set<std::string> wanted;
  for (const families::FamilyTensor &tensor : families::tensorsOf(sizes))
    wanted.insert(withoutNumbers(nameOf(tensor, tensor.perBlock ? std::max<int64_t>(block, 0) : -1)));
  std::vector<std::string> others;
  for (const std::string &name : inFile)
    if (!wanted.contains(withoutNumbers(name)))
      others.push_back(name);
  if (others.empty())
    return "is missing";
  std::stable_sort(others.begin(), others.end(), [&](const std::string &a, const std::string &b) {
    return commonPrefix(a, missing) > commonPrefix(b, missing);
  });
  // Only what is as close as the closest.
  const size_t closest = commonPrefix(others.front(), missing);
  std::erase_if(others, [&](const std::string &name) { return commonPrefix(name, missing) != closest; });
  std::string list;
  for (size_t i = 0; i < std::min(others.size(), kMost); ++i)
    list += (i == 0 ? "" : i + 1 == others.size() ? " and " : ", ") + quoted(others[i]);
  if (others.size() > kMost)
    list += " and " + std::to_string(others.size() - kMost) + " more";
  return "is missing; the file has " + list + ", which no such model has";
}

} // namespace weebill::importer
