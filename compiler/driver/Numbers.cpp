//===- Numbers.cpp - Numbers for people to read ---------------------------===//
//
// Tested by tests/unit/compiler/driver/NumbersTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Numbers.h"

#include <cstdio>

namespace weebill::driver {

std::string groupedText(int64_t number) {
  std::string text = std::to_string(number);
  for (int64_t at = int64_t(text.size()) - 3, first = number < 0 ? 1 : 0; at > first; at -= 3)
    text.insert(size_t(at), ",");
  return text;
}

std::string bytesText(int64_t bytes) {
  if (bytes < 1000)
    return std::to_string(bytes) + " bytes";
  double scaled = double(bytes) / 1e3;
  const char *const units[] = {"kB", "MB", "GB", "TB"};
  int unit = 0;
  for (; scaled >= 999.95 && unit < 3; ++unit)
    scaled /= 1e3;
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %s", scaled, units[unit]);
  return text;
}

} // namespace weebill::driver
