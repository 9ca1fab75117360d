//===- Template.cpp - Text with named holes -------------------------------===//

#include "codegen/emit/Template.h"

#include "codegen/print/WrapLine.h"

#include <cctype>
#include <stdexcept>

namespace weebill::emit {

static bool isNameLetter(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

std::string fill(std::string_view text, const Values &values) {
  std::string result;
  for (size_t i = 0; i < text.size();) {
    if (text[i] != '$') {
      result += text[i++];
      continue;
    }
    size_t end = i + 1;
    while (end < text.size() && isNameLetter(text[end]))
      ++end;
    auto value = values.find(text.substr(i + 1, end - i - 1));
    if (value == values.end())
      throw std::logic_error("emitted text has no value for " + std::string(text.substr(i, end - i)));
    result += value->second;
    i = end;
  }
  return result;
}

std::string indent(std::string_view text, int spaces) {
  std::string result;
  bool atStart = true;
  for (char c : text) {
    if (atStart && c != '\n')
      result.append(spaces, ' ');
    result += c;
    atStart = c == '\n';
  }
  return result;
}

std::string wrapped(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    size_t blanks = std::min(line.find_first_not_of(' '), line.size());
    bool isCode = line.size() > 120 && line.substr(blanks, 2) != "//";
    result +=
        isCode ? print::wrapLine(std::string(line.substr(blanks)), static_cast<int>(blanks)) : std::string(line) + "\n";
  }
  return result;
}

std::string ruler(std::string_view title) {
  std::string line = "// ";
  line.append(79 - 3 - 5 - title.size(), '-');
  return line + " " + std::string(title) + " ---\n\n";
}

std::string comment(std::string_view text) {
  constexpr size_t width = 100;
  std::string result, line = "//";
  for (size_t i = 0; i <= text.size();) {
    size_t end = std::min(text.find(' ', i), text.size());
    std::string_view word = text.substr(i, end - i);
    if (line.size() + 1 + word.size() > width && line.size() > 2) {
      result += line + "\n";
      line = "//";
    }
    line += " " + std::string(word);
    i = end + 1;
  }
  return result + line + "\n";
}

std::string stringLiteral(std::string_view text) {
  std::string result = "\"";
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (c == '\n') {
      result += "\\n";
    } else if (c == '?') {
      result += "\\?"; // no trigraphs by accident
    } else if (byte >= 32 && byte < 127) {
      result += c;
    } else { // three octal digits end by themselves, hexadecimal escapes do not
      result += '\\';
      result += static_cast<char>('0' + (byte >> 6));
      result += static_cast<char>('0' + ((byte >> 3) & 7));
      result += static_cast<char>('0' + (byte & 7));
    }
  }
  return result + "\"";
}

std::string longLiteral(std::string_view text) {
  constexpr size_t width = 100, least = 40;
  const std::string whole = stringLiteral(text);
  if (whole.size() <= width)
    return whole;
  std::string result;
  while (!text.empty()) {
    size_t bytes = std::min(text.size(), width - 2);
    while (stringLiteral(text.substr(0, bytes)).size() > width)
      --bytes; // escapes take more columns than their bytes
    if (const size_t space = text.substr(0, bytes).rfind(' ');
        bytes < text.size() && space != text.npos && space > least)
      bytes = space + 1;
    result += "\n    " + stringLiteral(text.substr(0, bytes));
    text.remove_prefix(bytes);
  }
  return result;
}

} // namespace weebill::emit
