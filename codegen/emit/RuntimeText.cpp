//===- RuntimeText.cpp - The runtime's headers as text --------------------===//

#include "codegen/emit/RuntimeText.h"

#include <map>
#include <stdexcept>

namespace weebill::emit {

/// Name and text of every header; made by the build (cmake/EmbedText.cmake).
extern const std::map<std::string, std::string_view> &embeddedHeaders();

/// "//===- a.h - What it is -----*- C++ -*-===//": what it is; empty for a line of another form.
static std::string titleOf(std::string_view line) {
  const size_t dash = line.find(" - ");
  if (!line.starts_with("//===") || dash == line.npos)
    return "";
  const std::string_view title = line.substr(dash + 3);
  return std::string(title.substr(0, title.find(" --")));
}

/// "#include <a>" -> "<a>"; empty for other lines.
static std::string_view systemInclude(std::string_view line) {
  const size_t open = line.find('<');
  if (!line.starts_with("#include") || open == line.npos)
    return {};
  return line.substr(open, line.find('>') - open + 1);
}

/// Takes a line off, its end included.
static std::string_view nextLine(std::string_view &text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  const std::string_view whole = text.substr(0, std::min(line.size() + 1, text.size()));
  text.remove_prefix(whole.size());
  return whole;
}

/// Takes off "#if CONDITION", includes of the system and "#endif", if that is how `text` goes on behind `line`.
static bool takeConditional(std::string_view line, std::string_view &text, HeaderText &header) {
  if (!line.starts_with("#if "))
    return false;
  std::set<std::string> includes;
  std::string_view rest = text, next = nextLine(rest);
  for (; !systemInclude(next).empty(); next = nextLine(rest))
    includes.emplace(systemInclude(next));
  if (includes.empty() || !next.starts_with("#endif"))
    return false;
  header.conditional[std::string(line.substr(4, line.size() - 5))].merge(includes);
  text = rest;
  return true;
}

HeaderText parseHeader(std::string_view text) {
  HeaderText header;
  header.title = titleOf(text.substr(0, text.find('\n')));
  bool inOpeningComment = true;
  while (!text.empty()) {
    const std::string_view line = nextLine(text);
    if (inOpeningComment && line.starts_with("//"))
      continue;
    inOpeningComment = false;
    if (line.starts_with("#pragma once") || takeConditional(line, text, header))
      continue;
    if (line.starts_with("#include")) {
      if (const std::string_view include = systemInclude(line); !include.empty())
        header.includes.emplace(include);
      else if (size_t quote = line.find('"'); quote != line.npos)
        header.own.emplace_back(line.substr(quote + 1, line.rfind('"') - quote - 1));
      continue;
    }
    if (header.body.empty() && line == "\n")
      continue;
    header.body += line;
  }
  while (header.body.ends_with("\n\n"))
    header.body.pop_back();
  return header;
}

HeaderText runtimeHeader(const std::string &name) {
  auto found = embeddedHeaders().find(name);
  if (found == embeddedHeaders().end())
    throw std::out_of_range("no runtime header " + name + " was built in");
  return parseHeader(found->second);
}

} // namespace weebill::emit
