//===- Refuse.cpp - One clear sentence about bad input --------------------===//
//
// Tested by tests/unit/compiler/import/RefuseTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/Refuse.h"

#include <algorithm>

namespace weebill::importer {

std::string printable(std::string_view text) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string result;
  for (unsigned char c : text) {
    if (c >= 0x20 && c < 0x7f) {
      result += char(c);
    } else {
      result += "\\x";
      result += kDigits[c >> 4];
      result += kDigits[c & 15];
    }
  }
  return result;
}

std::string quoted(std::string_view text) {
  constexpr size_t kLongest = 80;
  return "'" + printable(text.substr(0, kLongest)) + (text.size() > kLongest ? "'..." : "'");
}

/// Bytes of the character that `text` (not empty) begins with, if it may be shown; otherwise 0.
static size_t shownCharacter(std::string_view text) {
  const unsigned char lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80)
    return lead >= 0x20 && lead != 0x7f;
  const size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < bytes)
    return 0;
  for (size_t i = 1; i < bytes; ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80)
      return 0;
  const unsigned char second = static_cast<unsigned char>(text[1]);
  const bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
  const bool beyond = (lead == 0xed && second > 0x9f) || (lead == 0xf4 && second > 0x8f);
  const bool control = lead == 0xc2 && second < 0xa0;
  return overlong || beyond || control ? 0 : bytes;
}

std::string singleLine(std::string_view text) {
  constexpr size_t kLongest = 200;
  std::string result;
  while (!text.empty()) {
    const size_t bytes = shownCharacter(text);
    if (result.size() + std::max<size_t>(bytes, 1) > kLongest)
      return result + "...";
    result += bytes > 0 ? text.substr(0, bytes) : "?";
    text.remove_prefix(std::max<size_t>(bytes, 1));
  }
  return result;
}

} // namespace weebill::importer
