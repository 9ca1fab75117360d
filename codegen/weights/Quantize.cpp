//===- Quantize.cpp - Rows of weights as 8-bit numbers --------------------===//
//
// Tested by tests/unit/codegen/weights/QuantizeTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/weights/Quantize.h"

#include <algorithm>
#include <cmath>

namespace weebill::weights {

QuantizedRow quantizeRow(std::span<const float> row, std::span<int8_t> values) {
  float largest = 0;
  for (float weight : row)
    largest = std::max(largest, std::fabs(weight));

  QuantizedRow result{.scale = largest / 127.0f};
  if (result.scale == 0) { // also a row whose scale is too small for a float
    std::fill(values.begin(), values.end(), int8_t(0));
    return result;
  }
  for (size_t i = 0; i < row.size(); ++i) {
    // A quotient, not a product with 1 / scale: the largest weight becomes 127 exactly. nearbyint rounds half to even.
    const float rounded = std::nearbyint(row[i] / result.scale);
    values[i] = int8_t(std::clamp(rounded, -127.0f, 127.0f));
    result.rowSum += values[i];
  }
  return result;
}

} // namespace weebill::weights
