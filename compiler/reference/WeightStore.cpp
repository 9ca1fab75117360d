//===- WeightStore.cpp - Weights of the reference interpreter -------------===//
//
// Tested by tests/unit/compiler/reference/WeightStoreTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/reference/WeightStore.h"

#include "compiler/reference/RoundToHalf.h"
#include "compiler/reference/Rows.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace weebill::reference {

float quantizeWeightRow(const float *row, int64_t columns, int8_t *codes) {
  float scale = greatestMagnitude(row, columns) / 127.0f;
  for (int64_t i = 0; i < columns; ++i) {
    // A scale of 0 is an all-zero row, or one too small for a float to tell from it.
    float rounded = scale == 0 ? 0 : std::nearbyint(row[i] / scale);
    codes[i] = int8_t(std::clamp(rounded, -127.0f, 127.0f));
  }
  return scale;
}

void WeightStore::check(const std::string &name, int64_t rows, int64_t columns) const {
  const importer::TensorInfo *info = source.find(name);
  if (!info)
    throw importer::InputError("tensor '" + name + "' is used by the module but not in the model file");
  if (info->rows != rows || info->columns != columns)
    throw importer::InputError("tensor '" + name + "' has " + std::to_string(info->rows) + " x " +
                               std::to_string(info->columns) + " elements but the module says " + std::to_string(rows) +
                               " x " + std::to_string(columns));
}

FloatMatrix WeightStore::read(const std::string &name, int64_t rows, int64_t columns) const {
  FloatMatrix matrix = {rows, columns, std::vector<float>(rows * columns)};
  source.readRows(name, 0, rows, matrix.values.data());
  return matrix;
}

const FloatMatrix &WeightStore::floats(const std::string &name, int64_t rows, int64_t columns) {
  check(name, rows, columns);
  auto [place, isNew] = floatMatrices.try_emplace(name);
  if (isNew)
    place->second = read(name, rows, columns);
  return place->second;
}

const FloatMatrix &WeightStore::halves(const std::string &name, int64_t rows, int64_t columns) {
  check(name, rows, columns);
  auto [place, isNew] = halfMatrices.try_emplace(name);
  FloatMatrix &matrix = place->second;
  if (!isNew)
    return matrix;
  matrix = read(name, rows, columns);
  for (size_t i = 0; i < matrix.values.size(); ++i) {
    float rounded = float(roundToHalf(matrix.values[i]));
    if (!std::isfinite(rounded))
      throw importer::InputError("tensor '" + name + "' has " + std::to_string(matrix.values[i]) + " in row " +
                                 std::to_string(int64_t(i) / columns) +
                                 ", which float16 cannot hold: it ends at 65504");
    matrix.values[i] = rounded;
  }
  return matrix;
}

const Int8Matrix &WeightStore::codes(const std::string &name, int64_t rows, int64_t columns) {
  check(name, rows, columns);
  auto [place, isNew] = int8Matrices.try_emplace(name);
  Int8Matrix &matrix = place->second;
  if (isNew) {
    matrix = {rows, columns, std::vector<int8_t>(rows * columns), std::vector<float>(rows), std::vector<int32_t>(rows)};
    std::vector<float> row(columns);
    for (int64_t r = 0; r < rows; ++r) {
      int8_t *codes = matrix.values.data() + r * columns;
      source.readRows(name, r, 1, row.data());
      matrix.scales[r] = quantizeWeightRow(row.data(), columns, codes);
      matrix.rowSums[r] = std::accumulate(codes, codes + columns, int32_t(0));
    }
  }
  return matrix;
}

} // namespace weebill::reference
