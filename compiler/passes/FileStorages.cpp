//===- FileStorages.cpp - What the model file has tensors as --------------===//

#include "compiler/passes/FileStorages.h"

#include "dialects/lm/WeightChecks.h"

using namespace mlir;
namespace weebill::passes {
using namespace weebill::lm;

static StringRef sourceOf(WeightOp weight, size_t index) {
  return cast<StringAttr>(weight.getSources()[index]).getValue();
}

SmallVector<Storage> FileStorages::of(WeightOp weight, std::string &problem) const {
  SmallVector<Storage> storages;
  const auto blocks = llvm::seq<int64_t>(0, weight.getSources().size());
  const int64_t first = *llvm::find_if(blocks, [&](int64_t block) { return weight.isIn(block); });
  for (size_t index = 0; index < weight.getSources().size(); ++index) {
    const StringRef source = sourceOf(weight, weight.isIn(index) ? index : first);
    const std::string word = wordOf(source);
    const std::optional<Storage> storage = symbolizeStorage(word);
    if (!storage) {
      problem = "tensor '" + source.str() + "' is stored as " + (word.empty() ? "numbers" : StringRef(word).upper()) +
                ", which cannot be kept as it is: build with --weights int8, which rounds it again";
      return {};
    }
    if (!storages.empty() && *storage != storages.front() &&
        (!readsCodes(*storage) || groupOfCodes(*storage) != groupOfCodes(storages.front()))) {
      problem = "@" + weight.getSymName().str() + " is stored as " + stringifyStorage(storages.front()).upper() +
                " in '" + sourceOf(weight, first).str() + "' and as " + stringifyStorage(*storage).upper() + " in '" +
                source.str() +
                "', which do not multiply the same codes: build with --weights int8, which rounds them again";
      return {};
    }
    storages.push_back(*storage);
  }
  return storages;
}

std::string FileStorages::difference(ArrayRef<WeightOp> weights) const {
  for (WeightOp first = weights.front(); WeightOp weight : weights)
    for (size_t index = 0; index < std::min(first.getSources().size(), weight.getSources().size()); ++index) {
      const StringRef source = sourceOf(weight, index), other = sourceOf(first, index);
      if (wordOf(source) != wordOf(other))
        return "the file has '" + source.str() + "' as " + StringRef(wordOf(source)).upper() + " and '" + other.str() +
               "' as " + StringRef(wordOf(other)).upper();
    }
  return "";
}

} // namespace weebill::passes
