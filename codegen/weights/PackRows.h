//===- PackRows.h - Row blocks in the order that kernels read ----*- C++ -*-===//
//
// Tested by tests/unit/codegen/weights/PackTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_WEIGHTS_PACKROWS_H
#define WEEBILL_CODEGEN_WEIGHTS_PACKROWS_H

#include "codegen/weights/Layout.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace weebill::weights {

/// Some row blocks of a matrix, or a vector, as they are stored.
struct PackedRows {
  std::vector<uint8_t> values;
  std::vector<float> scale;    // MatrixInt8 only
  std::vector<int32_t> rowSum; // MatrixInt8 only
};

/// Reads rows [first, first + count) of a part into [count][columns as in the model].
using PartReader = std::function<void(int64_t part, int64_t first, int64_t count, float *out)>;

/// Packs the row blocks [first, first + count) of a matrix.
PackedRows packRows(const FieldLayout &field, int64_t first, int64_t count, const PartReader &read);

/// Packs a vector.
PackedRows packVector(const FieldLayout &field, const PartReader &read);

} // namespace weebill::weights

#endif // WEEBILL_CODEGEN_WEIGHTS_PACKROWS_H
