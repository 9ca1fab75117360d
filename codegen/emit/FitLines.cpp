//===- FitLines.cpp - Lines whose names have grown ------------------------===//

#include "codegen/emit/FitLines.h"

#include "codegen/emit/Template.h"

#include <algorithm>
#include <vector>

namespace weebill::emit {

static constexpr size_t kColumns = 120;

static std::vector<std::string> linesOf(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    lines.emplace_back(line);
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return lines;
}

/// Words of a paragraph of a comment, in lines that begin with `first` and then with " * ".
static std::string refilled(const std::string &first, std::string_view words) {
  std::string result, line = first;
  while (!words.empty()) {
    const std::string_view word = words.substr(0, words.find(' '));
    words.remove_prefix(std::min(word.size() + 1, words.size()));
    const bool fits = line.size() + 1 + word.size() <= kColumns || line.ends_with("*");
    if (!fits) {
      result += line + "\n";
      line = " *";
    }
    line += " " + std::string(word);
  }
  return result + line + "\n";
}

/// "/* text" or " * text", not further indented.
static bool isProse(const std::string &line) {
  return line.size() > 3 && (line.starts_with("/* ") || line.starts_with(" * ")) && line[3] != ' ';
}

/// A function in one line, if it is too long, with its body in a line of its own.
static std::string opened(const std::string &line) {
  const size_t body = line.find(") { ");
  if (line.size() <= kColumns || body == line.npos || !line.ends_with(" }"))
    return line;
  return line.substr(0, body + 3) + "\n  " + line.substr(body + 4, line.size() - body - 6) + "\n}";
}

std::string fitLines(std::string_view text) {
  const std::vector<std::string> lines = linesOf(text);
  std::string result;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (isProse(lines[i])) { // to the end of the paragraph
      const std::string first = lines[i].substr(0, 2);
      std::string whole, words;
      bool isLong = false;
      for (;; ++i) {
        isLong |= lines[i].size() > kColumns;
        whole += lines[i] + "\n";
        words += (words.empty() ? "" : " ") + lines[i].substr(3);
        const bool goesOn = !lines[i].ends_with("*/") && i + 1 < lines.size() && lines[i + 1].starts_with(" * ") &&
                            isProse(lines[i + 1]);
        if (!goesOn)
          break;
      }
      result += isLong ? refilled(first, words) : whole;
      continue;
    }
    std::string line = lines[i];
    const bool isCode = !line.starts_with("//") && !line.starts_with(" *") && !line.starts_with("#");
    for (; isCode && line.ends_with(",") && i + 1 < lines.size(); ++i)
      line += " " + lines[i + 1].substr(lines[i + 1].find_first_not_of(' '));
    result += wrapped(opened(line) + "\n");
  }
  return result;
}

} // namespace weebill::emit
