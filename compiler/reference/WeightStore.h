//===- WeightStore.h - Weights of the reference interpreter ------*- C++ -*-===//
//
// Reads tensors of the model file when an op first needs them, and keeps them. Quantized weights are data, not
// arithmetic: their codes are the same in both modes, made in float as docs/numerics.md says. Tested by
// tests/unit/compiler/reference/WeightStoreTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_REFERENCE_WEIGHTSTORE_H
#define WEEBILL_COMPILER_REFERENCE_WEIGHTSTORE_H

#include "compiler/import/ImportedModel.h"

#include <map>
#include <string_view>
#include <utility>

namespace weebill::reference {

struct FloatMatrix {
  int64_t rows = 0, columns = 0;
  std::vector<float> values; // [rows][columns]

  const float *row(int64_t index) const { return values.data() + index * columns; }
};

struct Int8Matrix {
  int64_t rows = 0, columns = 0;
  std::vector<int8_t> values;   // [rows][columns]
  std::vector<float> scales;    // [rows]
  std::vector<int32_t> rowSums; // [rows], of the values

  const int8_t *row(int64_t index) const { return values.data() + index * columns; }
};

/// A matrix with the codes of the model file, each less what stands for zero.
struct KeptMatrix {
  int64_t rows = 0, columns = 0, group = 0; // columns with one scale
  std::vector<int8_t> values;               // [rows][columns]
  std::vector<float> scales, minimums;      // [rows][columns / group]; no minimums: they are all 0

  const int8_t *row(int64_t index) const { return values.data() + index * columns; }
  float scale(int64_t row, int64_t part) const { return scales[row * (columns / group) + part]; }
  float minimum(int64_t row, int64_t part) const { return minimums[row * (columns / group) + part]; }
};

/// Quantizes a row, symmetric: returns the scale (docs/numerics.md, "Quantizing weights").
float quantizeWeightRow(const float *row, int64_t columns, int8_t *codes);

class WeightStore {
public:
  explicit WeightStore(const importer::TensorSource &source) : source(source) {}

  /// The tensor of that name, each number rounded as the storage of that name does. Throws InputError when its shape is
  /// another, and for a number that the storage cannot hold.
  const FloatMatrix &floats(const std::string &name, int64_t rows, int64_t columns, std::string_view storage = "f32");
  const Int8Matrix &codes(const std::string &name, int64_t rows, int64_t columns);
  /// The tensor of that name, which must be stored as `storage` says: "q4_1".
  const KeptMatrix &kept(const std::string &name, int64_t rows, int64_t columns, std::string_view storage);

private:
  void check(const std::string &name, int64_t rows, int64_t columns) const;

  const importer::TensorSource &source;
  std::map<std::pair<std::string, std::string>, FloatMatrix> floatMatrices; // by name and storage
  std::map<std::string, Int8Matrix> int8Matrices;
  std::map<std::string, KeptMatrix> keptMatrices;
};

} // namespace weebill::reference

#endif // WEEBILL_COMPILER_REFERENCE_WEIGHTSTORE_H
