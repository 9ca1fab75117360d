//===- Interface.cpp - Names of the C interface ---------------------------===//

#include "codegen/emit/Interface.h"

#include <cctype>

namespace weebill::emit {

std::string interfacePrefix(const std::string &name) {
  std::string prefix;
  for (char c : name) {
    const bool fits = std::isalnum(static_cast<unsigned char>(c));
    if (fits || (!prefix.empty() && prefix.back() != '_'))
      prefix += fits ? c : '_';
  }
  while (prefix.ends_with('_'))
    prefix.pop_back();
  if (prefix.empty() || std::isdigit(static_cast<unsigned char>(prefix[0])))
    prefix = "model" + (prefix.empty() ? "" : "_" + prefix);
  return prefix;
}

std::string withPrefix(std::string_view text, const std::string &name) {
  const std::string prefix = interfacePrefix(name);
  std::string upper = prefix, result;
  for (char &c : upper)
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  while (!text.empty()) {
    const bool function = text.starts_with("model_"), macro = text.starts_with("MODEL_");
    result += function ? prefix + "_" : macro ? upper + "_" : std::string(1, text[0]);
    text.remove_prefix(function || macro ? 6 : 1);
  }
  return result;
}

} // namespace weebill::emit
