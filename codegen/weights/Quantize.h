//===- Quantize.h - Rows of weights as 8-bit numbers -------------*- C++ -*-===//
//
// Symmetric, one scale for a row: docs/numerics.md, "Quantizing weights". Tested by
// tests/unit/codegen/weights/QuantizeTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_WEIGHTS_QUANTIZE_H
#define WEEBILL_CODEGEN_WEIGHTS_QUANTIZE_H

#include <cstdint>
#include <span>

namespace weebill::weights {

struct QuantizedRow {
  float scale = 0;    // a value stands for value * scale
  int32_t rowSum = 0; // exact sum of the values
};

/// Quantizes `row` into `values`, which is as long. Finite numbers only.
QuantizedRow quantizeRow(std::span<const float> row, std::span<int8_t> values);

} // namespace weebill::weights

#endif // WEEBILL_CODEGEN_WEIGHTS_QUANTIZE_H
