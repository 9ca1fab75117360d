//===- Formats.cpp - What all weight formats answer alike -----------------===//
//
// Tested by tests/unit/codegen/formats/FormatsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/formats/Formats.h"

#include <algorithm>

namespace weebill::formats {

int64_t WeightFormat::bytesOfEmbed(int64_t storedColumns) const {
  int64_t bytes = 0;
  for (const FormatArray &array : arrays)
    bytes += array.readByEmbed ? array.bytesOfRow(storedColumns) : 0;
  return bytes;
}

bool WeightFormat::hasElements(std::string_view type) const {
  return std::any_of(arrays.begin(), arrays.end(), [&](const FormatArray &array) { return array.type == type; });
}

const WeightFormat *findMatrixFormat(std::string_view name) {
  for (const WeightFormat *format : kFormats)
    if (format->isMatrix() && format->name == name)
      return format;
  return nullptr;
}

} // namespace weebill::formats
