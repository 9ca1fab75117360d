//===- JsonText.cpp - json.dumps ------------------------------------------===//
//
// Tested by tests/unit/compiler/import/ChatTemplateTest.cpp and tests/python/test_chat_templates.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/JsonText.h"

#include "compiler/import/chat/TextOperations.h"

#include <algorithm>

namespace weebill::chat {

namespace {

/// \uXXXX, of which a character beyond the first 65,536 takes two.
void appendEscaped(uint32_t codePoint, std::string &out) {
  constexpr char kDigits[] = "0123456789abcdef";
  if (codePoint >= 0x10000) {
    appendEscaped(0xd800 + ((codePoint - 0x10000) >> 10), out);
    return appendEscaped(0xdc00 + ((codePoint - 0x10000) & 0x3ff), out);
  }
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4)
    out += kDigits[codePoint >> shift & 15];
}

void appendQuoted(const std::string &text, bool asciiOnly, std::string &out) {
  out += '"';
  for (const std::string &character : charactersOf(text)) {
    const unsigned char first = static_cast<unsigned char>(character[0]);
    const size_t named = std::string_view("\"\\\n\r\t\b\f").find(character);
    if (named != std::string_view::npos) {
      out += '\\';
      out += "\"\\nrtbf"[named];
    } else if (first < 0x20) {
      appendEscaped(first, out);
    } else if (first >= 0x80 && asciiOnly) {
      uint32_t codePoint = first & (0x7fu >> character.size());
      for (char c : character.substr(1))
        codePoint = codePoint << 6 | (static_cast<unsigned char>(c) & 63);
      appendEscaped(codePoint, out);
    } else {
      out += character;
    }
  }
  out += '"';
}

/// Items of a list or dictionary between brackets, on lines of their own if there is an indent.
class Items {
public:
  Items(const JsonStyle &style, int depth, std::string &out, const char *brackets)
      : style(style), depth(depth), out(out), brackets(brackets) {}

  void begin() {
    out += first ? std::string(1, brackets[0]) : between();
    out += lineOf(depth + 1);
    first = false;
  }
  void end() {
    if (first)
      out += brackets[0];
    else
      out += lineOf(depth);
    out += brackets[1];
  }

private:
  std::string lineOf(int inside) const {
    return style.indent ? "\n" + std::string(size_t(*style.indent * inside), ' ') : "";
  }
  std::string between() const { return style.separators ? style.separators->first : style.indent ? "," : ", "; }

  const JsonStyle &style;
  int depth;
  std::string &out;
  const char *brackets;
  bool first = true;
};

} // namespace

bool appendJson(const Value &value, std::string &out, const JsonStyle &style, int depth) {
  switch (value.kind) {
  case Value::Kind::None:
    out += "null";
    return true;
  case Value::Kind::Boolean:
    out += value.integer ? "true" : "false";
    return true;
  case Value::Kind::Integer:
    out += std::to_string(value.integer);
    return true;
  case Value::Kind::Real:
    out += textOfReal(value.real);
    return true;
  case Value::Kind::Text:
    appendQuoted(value.text, style.asciiOnly, out);
    return true;
  case Value::Kind::List: {
    Items items(style, depth, out, "[]");
    for (const Value &item : *value.list) {
      items.begin();
      if (!appendJson(item, out, style, depth + 1))
        return false;
    }
    items.end();
    return true;
  }
  case Value::Kind::Dictionary: {
    Dictionary entries = *value.entries;
    if (style.sortsKeys) // bytes of UTF-8 are ordered as characters are
      std::sort(entries.begin(), entries.end(), [](const auto &a, const auto &b) { return a.first < b.first; });
    Items items(style, depth, out, "{}");
    for (const auto &[key, item] : entries) {
      items.begin();
      appendQuoted(key, style.asciiOnly, out);
      out += style.separators ? style.separators->second : ": ";
      if (!appendJson(item, out, style, depth + 1))
        return false;
    }
    items.end();
    return true;
  }
  default:
    return false;
  }
}

} // namespace weebill::chat
