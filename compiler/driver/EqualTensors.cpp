//===- EqualTensors.cpp - Tensors that hold the same numbers --------------===//
//
// Tested by tests/unit/compiler/driver/EqualTensorsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/EqualTensors.h"

#include <algorithm>
#include <cstring>
#include <map>

namespace weebill::driver {

namespace {

/// Compares bits: a copy has them, and +0 is not -0.
bool equalRows(const importer::TensorSource &source, const importer::TensorInfo &a, const importer::TensorInfo &b) {
  const int64_t step = std::max<int64_t>(1, (1 << 18) / a.columns);
  std::vector<float> left(step * a.columns), right(step * a.columns);
  for (int64_t first = 0; first < a.rows; first += step) {
    const int64_t count = std::min(step, a.rows - first);
    source.readRows(a.name, first, count, left.data());
    source.readRows(b.name, first, count, right.data());
    if (std::memcmp(left.data(), right.data(), count * a.columns * sizeof(float)) != 0)
      return false;
  }
  return true;
}

} // namespace

std::vector<std::pair<std::string, std::string>> findEqualTensors(const importer::TensorSource &source) {
  // Tensors by shape and the bytes of their first row.
  std::map<std::pair<std::pair<int64_t, int64_t>, std::string>, std::vector<const importer::TensorInfo *>> originals;
  std::vector<std::pair<std::string, std::string>> equal;
  std::vector<float> row;
  for (const importer::TensorInfo &tensor : source.tensors()) {
    if (tensor.rows <= 0 || tensor.columns <= 0)
      continue;
    row.resize(tensor.columns);
    source.readRows(tensor.name, 0, 1, row.data());
    const std::string firstRow(reinterpret_cast<const char *>(row.data()), row.size() * sizeof(float));
    auto &candidates = originals[{{tensor.rows, tensor.columns}, firstRow}];
    const auto twin = std::find_if(candidates.begin(), candidates.end(), [&](const importer::TensorInfo *candidate) {
      return equalRows(source, *candidate, tensor);
    });
    if (twin == candidates.end())
      candidates.push_back(&tensor);
    else
      equal.emplace_back((*twin)->name, tensor.name);
  }
  return equal;
}

} // namespace weebill::driver
