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

/// Quantizes a row, symmetric: returns the scale (docs/numerics.md, "Quantizing weights").
float quantizeWeightRow(const float *row, int64_t columns, int8_t *codes);

class WeightStore {
public:
  explicit WeightStore(const importer::TensorSource &source) : source(source) {}

  /// The tensor of that name. Throws InputError when its shape is another.
  const FloatMatrix &floats(const std::string &name, int64_t rows, int64_t columns);
  /// Rounded to float16; InputError for a number that would become infinite.
  const FloatMatrix &halves(const std::string &name, int64_t rows, int64_t columns);
  const Int8Matrix &codes(const std::string &name, int64_t rows, int64_t columns);

private:
  void check(const std::string &name, int64_t rows, int64_t columns) const;
  FloatMatrix read(const std::string &name, int64_t rows, int64_t columns) const;

  const importer::TensorSource &source;
  std::map<std::string, FloatMatrix> floatMatrices, halfMatrices;
  std::map<std::string, Int8Matrix> int8Matrices;
};

} // namespace weebill::reference

#endif // WEEBILL_COMPILER_REFERENCE_WEIGHTSTORE_H
