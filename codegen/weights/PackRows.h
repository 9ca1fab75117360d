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

/// Some row blocks of a field as they are stored: the bytes of each of its format's arrays.
using PackedRows = std::vector<std::vector<uint8_t>>;

/// Reads rows [first, first + count) of a part into [count][columns as in the model], or, for a format that keeps the
/// codes of the model file, into rows of blocks as that file has them.
struct PartReader {
  std::function<void(int64_t part, int64_t first, int64_t count, float *out)> numbers;
  std::function<void(int64_t part, int64_t first, int64_t count, uint8_t *out)> blocks;
};

/// Packs the row blocks [first, first + count) of a field; a vector is one.
PackedRows packRows(const FieldLayout &field, int64_t first, int64_t count, const PartReader &read);

} // namespace weebill::weights

#endif // WEEBILL_CODEGEN_WEIGHTS_PACKROWS_H
