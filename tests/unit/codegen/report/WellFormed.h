//===- WellFormed.h - Whether every tag is closed ----------------*- C++ -*-===//
//
// Enough of XML for pages that our own code prints: tags, quoted attributes, references, one document type.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_TESTS_UNIT_CODEGEN_REPORT_WELLFORMED_H
#define WEEBILL_TESTS_UNIT_CODEGEN_REPORT_WELLFORMED_H

#include <regex>
#include <string>
#include <vector>

namespace weebill::tests {

/// The first problem of a page, with the text around it; empty if there is none.
inline std::string markupProblem(const std::string &page) {
  static const std::regex tag("^<(/?)([a-z][a-z0-9]*)((?: [a-zA-Z][a-zA-Z0-9:-]*=\"[^\"<]*\")*)(/?)>");
  static const std::regex reference("^&(amp|lt|gt|quot|#39);");
  const std::string doctype = "<!DOCTYPE html>\n";
  if (page.rfind(doctype, 0) != 0)
    return "no document type";

  std::vector<std::string> open;
  for (size_t at = doctype.size(); at < page.size();) {
    if (page[at] != '<' && page[at] != '&') {
      ++at;
      continue;
    }
    const std::string here = page.substr(at, page.find(page[at] == '<' ? '>' : ';', at) - at + 1);
    const auto problem = [&](const std::string &what) { return what + " at: " + here.substr(0, 80); };
    std::smatch match;
    if (!std::regex_search(here, match, here[0] == '<' ? tag : reference))
      return problem(here[0] == '<' ? "no tag" : "a bare &");
    at += here.size();
    if (here[0] == '&')
      continue;
    if (match[1].length() > 0) {
      if (open.empty() || open.back() != match[2])
        return problem("closes '" + match[2].str() + "' while '" + (open.empty() ? "" : open.back()) + "' is open");
      open.pop_back();
    } else if (match[4].length() == 0) {
      open.push_back(match[2]);
    }
  }
  return open.empty() ? "" : "'" + open.back() + "' is never closed";
}

} // namespace weebill::tests

#endif // WEEBILL_TESTS_UNIT_CODEGEN_REPORT_WELLFORMED_H
