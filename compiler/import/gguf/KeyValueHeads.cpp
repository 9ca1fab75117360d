//===- KeyValueHeads.cpp - Key-value heads in GGUF ------------------------===//

#include "compiler/import/gguf/KeyValueHeads.h"

#include "compiler/import/description/ReadDescription.h"
#include "compiler/import/families/Convolutions.h"

#include <algorithm>

namespace weebill::gguf {

static constexpr std::string_view kKey = "attention.head_count_kv";

static int64_t readWidth(const ArchitectureKeys &keys, std::string_view key) {
  using namespace description::limits;
  const int64_t width = keys.required(key);
  if (width < kLeastConvolution || width > kConvolution)
    keys.refuseKey(key, "is " + std::to_string(width) + ", which is not from " + std::to_string(kLeastConvolution) +
                            " to " + std::to_string(kConvolution));
  return width;
}

/// The number that all blocks with key-value heads have.
static int64_t headsOf(const ArchitectureKeys &keys, const std::vector<int32_t> &list, bool mayConvolve) {
  int64_t heads = 0;
  for (const int32_t own : list) {
    if (own < 0 || (own == 0 && !mayConvolve))
      keys.refuseKey(kKey, "an entry is " + std::to_string(own) + ", at least 1 is needed");
    if (own != 0 && heads != 0 && own != heads)
      keys.refuseKey(kKey, "is " + std::to_string(heads) + " for one block and " + std::to_string(own) +
                               " for another, but all that attend must have as many");
    heads = own != 0 ? own : heads;
  }
  return heads;
}

void readKeyValueHeads(const ArchitectureKeys &keys, const families::GgufForm &form, importer::Architecture &sizes) {
  const std::optional<std::vector<int32_t>> list = keys.list(kKey);
  if (!list) {
    sizes.keyValueHeads = keys.has(kKey) ? keys.required(kKey) : sizes.heads;
    return;
  }
  if (int64_t(list->size()) != sizes.layers)
    keys.refuseKey(kKey,
                   "has " + std::to_string(list->size()) + " entries for " + importer::counted(sizes.layers, "block"));
  sizes.keyValueHeads = headsOf(keys, *list, !form.convolutionWidth.empty());
  if (std::find(list->begin(), list->end(), 0) == list->end())
    return;
  std::vector<int64_t> convolves;
  for (const int32_t own : *list)
    convolves.push_back(own == 0);
  const int64_t width = readWidth(keys, form.convolutionWidth);
  if (const std::string problem = families::setConvolutions(convolves, width, sizes); !problem.empty())
    keys.refuseKey(kKey, "is 0 for all blocks: " + problem);
}

} // namespace weebill::gguf
