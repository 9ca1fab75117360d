//===- Pasted.cpp - Headers of the runtime in an emitted file -------------===//

#include "codegen/emit/Pasted.h"

namespace weebill::emit {

std::string Pasted::paste(const std::string &name) {
  HeaderText header = runtimeHeader(name);
  need(header.includes);
  for (const auto &[condition, own] : header.conditional)
    needIf(condition, own);
  const std::string file = (name.starts_with("vectors/") ? "codegen/emit/" : "runtime/") + name;
  return "// Begin " + file + (header.title.empty() ? "" : ": " + header.title) + "\n\n" + header.body + "\n// End " +
         file + "\n\n";
}

std::string Pasted::pasteAll(const std::vector<const char *> &names) {
  std::string text;
  for (const char *name : names)
    text += paste(name);
  return text;
}

void Pasted::need(const std::set<std::string> &more) { includes.insert(more.begin(), more.end()); }

void Pasted::needIf(const std::string &condition, const std::set<std::string> &more) {
  (condition.empty() ? includes : conditional[condition]).insert(more.begin(), more.end());
}

std::string Pasted::includeLines() const {
  std::string text;
  for (const std::string &include : includes)
    text += "#include " + include + "\n";
  for (const auto &[condition, own] : conditional) {
    std::string lines;
    for (const std::string &include : own)
      if (!includes.count(include))
        lines += "#include " + include + "\n";
    if (!lines.empty())
      text += "#if " + condition + "\n" + lines + "#endif\n";
  }
  return text + "\n";
}

} // namespace weebill::emit
