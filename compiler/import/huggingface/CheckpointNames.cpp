//===- CheckpointNames.cpp - Prefixes of tensor names ---------------------===//
//
// Tested by tests/unit/compiler/import/CheckpointNamesTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/CheckpointNames.h"

#include <string_view>

namespace weebill::huggingface {

CheckpointNames::CheckpointNames(const std::vector<std::string> &names) {
  constexpr std::string_view kEmbedding = "embed_tokens.weight";
  std::vector<std::string> prefixes;
  for (const std::string &name : names) {
    const std::string before = name.substr(0, name.size() - std::min(name.size(), kEmbedding.size()));
    if (name.ends_with(kEmbedding) && (before.empty() || before.ends_with('.')))
      prefixes.push_back(before);
  }
  if (prefixes.size() == 1) // with two of them, nobody knows which is meant
    prefix = prefixes.front();
}

std::string CheckpointNames::find(const std::string &canonical,
                                  const std::function<bool(const std::string &)> &has) const {
  const std::string_view model = kModel;
  if (has(canonical))
    return canonical;
  if (canonical.starts_with(model))
    return prefix + canonical.substr(model.size());
  // The head stands beside the model, under what both are in.
  const std::string outer = prefix.ends_with(model) ? prefix.substr(0, prefix.size() - model.size()) : prefix;
  return has(outer + canonical) ? outer + canonical : canonical;
}

} // namespace weebill::huggingface
