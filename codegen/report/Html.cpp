//===- Html.cpp - Text, numbers and tables as HTML ------------------------===//
//
// Tested by tests/unit/codegen/report/HtmlTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/report/Html.h"

#include <cmath>
#include <cstdio>

namespace weebill::report {

namespace {

constexpr const char *kReplacement = "\xEF\xBF\xBD", *kNarrowSpace = "\xE2\x80\xAF";

/// Bytes of the UTF-8 sequence that begins at `at`; 0 if it is none or stands for no character of XML.
size_t sequenceLength(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return at + i < text.size() ? uint8_t(text[at + i]) : 0; };
  const uint8_t first = byte(0);
  const size_t length = first < 0x80 ? 1 : first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : first >> 3 == 30 ? 4 : 0;
  if (length <= 1)
    return length == 1 && (first >= 0x20 || first == '\t' || first == '\n') && first != 0x7F ? 1 : 0;
  uint32_t code = first & (0x7F >> length);
  for (size_t i = 1; i < length; ++i) {
    if (byte(i) >> 6 != 2)
      return 0;
    code = code << 6 | (byte(i) & 0x3F);
  }
  constexpr uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code < 0xE000, control = code < 0xA0, none = (code & 0xFFFE) == 0xFFFE;
  return code < smallest[length] || code > 0x10FFFF || surrogate || control || none ? 0 : length;
}

std::string threeDigits(double value) { return fixed(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0); }

std::string cell(const char *tag, const std::string &content) {
  const bool number = !content.empty() && content[0] == '>';
  return std::string("<") + tag + (number ? " class=\"n\">" : ">") + content.substr(number) + "</" + tag + ">";
}

} // namespace

std::string escaped(std::string_view text) {
  std::string result;
  for (size_t at = 0; at < text.size();) {
    const size_t length = sequenceLength(text, at);
    const char c = text[at];
    if (length == 0)
      result += kReplacement;
    else if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (c == '>')
      result += "&gt;";
    else if (c == '"')
      result += "&quot;";
    else if (c == '\'')
      result += "&#39;";
    else
      result += text.substr(at, length);
    at += length ? length : 1;
  }
  return result;
}

std::string fixed(double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string grouped(int64_t value) {
  const std::string digits = std::to_string(value);
  std::string result;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && digits[i - 1] != '-' && (digits.size() - i) % 3 == 0)
      result += kNarrowSpace;
    result += digits[i];
  }
  return result;
}

std::string scaled(double value, const std::string &unit) {
  const char *const prefixes[] = {"", "k", "M", "G", "T", "P"};
  int prefix = 0;
  while (value >= 999.5 && prefix < 5) {
    value /= 1000;
    ++prefix;
  }
  const bool whole = prefix == 0 && value == std::floor(value);
  return (whole ? fixed(value, 0) : threeDigits(value)) + kNarrowSpace + prefixes[prefix] + unit;
}

std::string binaryBytes(int64_t bytes) {
  const bool mebi = bytes >= 1 << 20;
  const double value = double(bytes) / (mebi ? 1 << 20 : 1 << 10);
  return fixed(value, value == std::floor(value) ? 0 : 2) + kNarrowSpace + (mebi ? "MiB" : "KiB");
}

std::string duration(double seconds) {
  const char *const units[] = {"s", "ms", "\xC2\xB5s", "ns"};
  int unit = 0;
  while (unit < 3 && seconds < 0.9995) {
    seconds *= 1000;
    ++unit;
  }
  return threeDigits(seconds) + kNarrowSpace + units[unit];
}

Table::Table(const std::vector<std::string> &heads, const std::string &cssClass) {
  text = "<div class=\"wide\"><table" + (cssClass.empty() ? "" : " class=\"" + cssClass + "\"") + ">\n";
  if (!heads.empty())
    text += "<thead><tr>";
  for (const std::string &head : heads)
    text += cell("th", head);
  text += heads.empty() ? "<tbody>\n" : "</tr></thead>\n<tbody>\n";
}

void Table::add(const std::vector<std::string> &cells, const std::string &cssClass) {
  text += cssClass.empty() ? "<tr>" : "<tr class=\"" + cssClass + "\">";
  for (const std::string &content : cells)
    text += cell("td", content);
  text += "</tr>\n";
}

std::string Table::html() const { return text + "</tbody></table></div>\n"; }

std::string section(const std::string &id, const std::string &title, const std::string &body) {
  return "<section id=\"" + id + "\">\n<h2>" + title + "</h2>\n" + body + "</section>\n";
}

std::string note(const std::string &html) { return "<p class=\"note\">" + html + "</p>\n"; }

std::string folded(const std::string &summaryHtml, const std::string &bodyHtml, const std::string &cssClass) {
  return "<details" + (cssClass.empty() ? "" : " class=\"" + cssClass + "\"") + "><summary>" + summaryHtml +
         "</summary>\n" + bodyHtml + "</details>\n";
}

} // namespace weebill::report
