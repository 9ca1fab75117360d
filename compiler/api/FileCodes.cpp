//===- FileCodes.cpp - Codes that a model file has already ----------------===//
//
// Tested by tests/unit/compiler/api/FileCodesTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/FileCodes.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace weebill::api {

namespace {

/// What files call numbers that stand for themselves. All else are codes, be they such as can be kept or not.
constexpr std::array<std::string_view, 3> kNumbers = {"F32", "F16", "BF16"};

bool isMatrixOfCodes(const importer::TensorInfo &tensor) {
  return tensor.role && families::contentOf(*tensor.role) == families::Content::Matrix &&
         std::find(kNumbers.begin(), kNumbers.end(), tensor.type) == kNumbers.end();
}

} // namespace

std::string codesOfMatrices(const importer::ImportedModel &model) {
  std::vector<std::string> types;
  if (model.source)
    for (const importer::TensorInfo &tensor : model.source->tensors())
      if (isMatrixOfCodes(tensor) && std::find(types.begin(), types.end(), tensor.type) == types.end())
        types.push_back(tensor.type);
  std::string text;
  for (size_t i = 0; i < types.size(); ++i)
    text += (i == 0 ? "" : i + 1 == types.size() ? " and " : ", ") + types[i];
  return text;
}

} // namespace weebill::api
