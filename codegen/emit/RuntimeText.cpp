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

HeaderText parseHeader(std::string_view text) {
  HeaderText header;
  header.title = titleOf(text.substr(0, text.find('\n')));
  bool inOpeningComment = true;
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end);
    if (inOpeningComment && line.starts_with("//"))
      continue;
    inOpeningComment = false;
    if (line.starts_with("#pragma once"))
      continue;
    if (line.starts_with("#include")) {
      if (size_t open = line.find('<'); open != line.npos)
        header.includes.emplace(line.substr(open, line.find('>') - open + 1));
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
