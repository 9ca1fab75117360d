//===- WeightStore.cpp - Weights of the reference interpreter -------------===//
//
// Tested by tests/unit/compiler/reference/WeightStoreTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/reference/WeightStore.h"

#include "compiler/reference/KeptBlocks.h"
#include "compiler/reference/RoundToHalf.h"
#include "compiler/reference/Rows.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

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

namespace {

/// A storage whose numbers are read as floats: what it makes of one (infinity where it ends; null: nothing), and the
/// end of the sentence about that.
struct Rounding {
  std::string_view storage;
  float (*rounded)(float);
  const char *limit;
};

const Rounding kRoundings[] = {
    {"f32", nullptr, ""},
    {"f16", [](float x) { return float(roundToHalf(x)); }, "which float16 cannot hold: it ends at 65504"},
};

const Rounding &roundingOf(std::string_view storage) {
  for (const Rounding &rounding : kRoundings)
    if (rounding.storage == storage)
      return rounding;
  throw std::logic_error("the reference does not know how " + std::string(storage) + " rounds");
}

} // namespace

const FloatMatrix &WeightStore::floats(const std::string &name, int64_t rows, int64_t columns,
                                       std::string_view storage) {
  check(name, rows, columns);
  auto [place, isNew] = floatMatrices.try_emplace({name, std::string(storage)});
  FloatMatrix &matrix = place->second;
  if (!isNew)
    return matrix;
  matrix = {rows, columns, std::vector<float>(rows * columns)};
  source.readRows(name, 0, rows, matrix.values.data());
  const Rounding &rounding = roundingOf(storage);
  for (size_t i = 0; rounding.rounded && i < matrix.values.size(); ++i) {
    float rounded = rounding.rounded(matrix.values[i]);
    if (!std::isfinite(rounded))
      throw importer::InputError("tensor '" + name + "' has " + std::to_string(matrix.values[i]) + " in row " +
                                 std::to_string(int64_t(i) / columns) + ", " + rounding.limit);
    matrix.values[i] = rounded;
  }
  return matrix;
}

const KeptMatrix &WeightStore::kept(const std::string &name, int64_t rows, int64_t columns, std::string_view storage) {
  check(name, rows, columns);
  auto [place, isNew] = keptMatrices.try_emplace(name);
  KeptMatrix &matrix = place->second;
  if (!isNew)
    return matrix;
  const BlockFormat &format = blockFormatOf(storage);
  if (columns % format.columns != 0)
    throw importer::InputError("tensor '" + name + "' has " + std::to_string(columns) + " columns, no multiple of " +
                               std::to_string(format.columns));
  const int64_t blocksOfRow = columns / format.columns, rowBytes = format.rowBytes + blocksOfRow * format.bytes;
  std::vector<uint8_t> stored(rows * rowBytes);
  source.readBlocks(name, format.type, 0, rows, stored.data());
  matrix = {rows, columns, format.group, std::vector<int8_t>(rows * columns), {}, {}};
  matrix.scales.resize(rows * columns / format.group);
  matrix.minimums.resize(format.minimums ? matrix.scales.size() : 0);
  const int64_t parts = format.columns / format.group;
  const auto minimumsFrom = [&](int64_t block) {
    return format.minimums ? matrix.minimums.data() + block * parts : nullptr;
  };
  for (int64_t row = 0; row < rows; ++row) {
    const uint8_t *bytes = stored.data() + row * rowBytes;
    const int64_t first = row * blocksOfRow;
    for (int64_t block = 0; block < blocksOfRow; ++block)
      format.takeApart(bytes + format.rowBytes + block * format.bytes,
                       matrix.values.data() + (first + block) * format.columns,
                       matrix.scales.data() + (first + block) * parts, minimumsFrom(first + block));
    if (format.finishRow)
      format.finishRow(bytes, blocksOfRow * parts, matrix.scales.data() + first * parts, minimumsFrom(first));
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
