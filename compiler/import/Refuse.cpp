//===- Refuse.cpp - One clear sentence about bad input --------------------===//
//
// Tested by tests/unit/compiler/import.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/Refuse.h"

namespace weebill {

std::string quoted(std::string_view text) {
  constexpr size_t kLongest = 80;
  constexpr char kDigits[] = "0123456789abcdef";
  std::string result = "'";
  for (unsigned char c : text.substr(0, kLongest)) {
    if (c >= 0x20 && c < 0x7f) {
      result += char(c);
    } else {
      result += "\\x";
      result += kDigits[c >> 4];
      result += kDigits[c & 15];
    }
  }
  return result + (text.size() > kLongest ? "'..." : "'");
}

} // namespace weebill
