//===- Escapes.cpp - What stands behind a backslash -----------------------===//
//
// Tested by tests/unit/compiler/import/ChatTemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/Escapes.h"

namespace weebill::chat {

void appendUtf8(uint32_t codePoint, std::string &out) {
  if (codePoint < 0x80) {
    out += char(codePoint);
  } else if (codePoint < 0x800) {
    out += char(0xc0 | codePoint >> 6);
    out += char(0x80 | (codePoint & 63));
  } else if (codePoint < 0x10000) {
    out += char(0xe0 | codePoint >> 12);
    out += char(0x80 | (codePoint >> 6 & 63));
    out += char(0x80 | (codePoint & 63));
  } else {
    out += char(0xf0 | codePoint >> 18);
    out += char(0x80 | (codePoint >> 12 & 63));
    out += char(0x80 | (codePoint >> 6 & 63));
    out += char(0x80 | (codePoint & 63));
  }
}

static int hexDigit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  const char lower = char(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// \xNN, \uNNNN, \UNNNNNNNN.
static Escape numberedEscape(std::string_view rest, size_t digits) {
  uint32_t codePoint = 0;
  for (size_t i = 1; i <= digits; ++i) {
    const int digit = i < rest.size() ? hexDigit(rest[i]) : -1;
    if (digit < 0)
      return {"", 0,
              std::string("the escape \\") + rest[0] + " needs " + std::to_string(digits) + " hexadecimal digits"};
    codePoint = codePoint << 4 | uint32_t(digit);
  }
  if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint < 0xe000))
    return {"", 0, "an escape is no character"};
  Escape escape{"", 1 + digits};
  appendUtf8(codePoint, escape.text);
  return escape;
}

Escape escapeAt(std::string_view rest) {
  if (rest.empty())
    return {"", 0, "a text has no closing quote"};
  const char c = rest[0];
  constexpr std::string_view kNames = "ntr\\'\"abfv", kValues = "\n\t\r\\'\"\a\b\f\v";
  if (const size_t named = kNames.find(c); named != std::string_view::npos)
    return {std::string(1, kValues[named]), 1};
  if (c == '\n') // continued on the next line
    return {"", 1};
  if (c == 'x' || c == 'u' || c == 'U')
    return numberedEscape(rest, c == 'x' ? 2 : c == 'u' ? 4 : 8);
  if ((c >= '0' && c <= '9') || c == 'N')
    return {"", 0, std::string("the escape \\") + c + " is not supported"};
  if (static_cast<unsigned char>(c) >= 0x80) // Jinja prints the letter's number behind the backslash
    return {"", 0, "a backslash before a letter outside ASCII is not supported"};
  return {"\\", 0}; // Python keeps unknown escapes as they are
}

} // namespace weebill::chat
