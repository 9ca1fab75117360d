//===- FloatBlocks.h - What matrices of floats have in common ----*- C++ -*-===//
//
// One array, [rows / 16][columns][16]: a kernel's lanes run over rows, so that a row's sum is sequential in its
// columns. Tested by tests/unit/codegen/formats/PackBlockTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_FORMATS_FLOATBLOCKS_H
#define WEEBILL_CODEGEN_FORMATS_FLOATBLOCKS_H

#include "codegen/formats/WeightFormat.h"

#include <cstring>

namespace weebill::formats {

/// Stores what `element` makes of each number.
template <class Element>
void packFloatBlock(const float *rows, int64_t count, int64_t columns, Element element, uint8_t *block) {
  for (int64_t lane = 0; lane < count; ++lane)
    for (int64_t column = 0; column < columns; ++column) {
      const auto stored = element(rows[lane * columns + column]);
      std::memcpy(block + (column * kRowBlock + lane) * int64_t(sizeof stored), &stored, sizeof stored);
    }
}

/// A product and a sum for each weight.
inline Operations floatOperations(int64_t rows, int64_t columns) { return {.floating = 2 * rows * columns}; }

inline std::string floatShape(const char *element, const std::string &rows, const std::string &columns) {
  return std::string(element) + " [" + rows + " / 16][" + columns + "][16]";
}

} // namespace weebill::formats

#endif // WEEBILL_CODEGEN_FORMATS_FLOATBLOCKS_H
