//===- Names.cpp - Identifiers of a printed function ----------------------===//

#include "codegen/print/Names.h"

#include <cctype>

namespace weebill::print {

namespace {

/// Words that a Func or Var may be called but a local may not: C++'s, and the functions of the vector sections.
const std::set<std::string> &reserved() {
  static const std::set<std::string> words = {
      "auto",   "bool",       "break",      "case",        "char",     "class",  "const",  "continue", "default",
      "delete", "do",         "double",     "else",        "enum",     "extern", "false",  "float",    "for",
      "goto",   "if",         "inline",     "int",         "long",     "new",    "or",     "and",      "not",
      "return", "short",      "signed",     "sizeof",      "static",   "struct", "switch", "template", "this",
      "true",   "typedef",    "union",      "using",       "unsigned", "void",   "while",  "load",     "store",
      "splat",  "convert",    "select",     "repeat4",     "dot4",     "fma",    "exp",    "min",      "max",
      "sqrt",   "count_from", "round_even", "reinterpret", "mix"};
  return words;
}

} // namespace

std::string Names::clean(const std::string &halideName) {
  const size_t dot = halideName.rfind('.');
  std::string name = dot == std::string::npos ? halideName : halideName.substr(dot + 1);
  name = name.substr(0, name.find('$'));
  for (char &c : name)
    if (!std::isalnum(static_cast<unsigned char>(c)))
      c = '_';
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name[0])))
    name = "n" + name;
  return name;
}

bool Names::take(const std::string &identifier) {
  if (reserved().count(identifier) || !taken.insert(identifier).second)
    return false;
  scopes.back().taken.push_back(identifier);
  return true;
}

const std::string &Names::bind(const std::string &halideName, const std::string &wanted) {
  std::string identifier = wanted;
  for (int n = 1; !take(identifier); ++n)
    identifier = wanted + "_" + std::to_string(n);
  scopes.back().bound.push_back(halideName);
  return identifiers[halideName] = identifier;
}

std::string Names::fresh(const std::string &stem) {
  for (int n = 0;; ++n) {
    std::string identifier = stem + "_" + std::to_string(n);
    if (take(identifier))
      return identifier;
  }
}

const std::string *Names::find(const std::string &halideName) const {
  auto found = identifiers.find(halideName);
  return found == identifiers.end() ? nullptr : &found->second;
}

void Names::enterScope() { scopes.emplace_back(); }

void Names::leaveScope() {
  for (const std::string &name : scopes.back().bound)
    identifiers.erase(name);
  for (const std::string &identifier : scopes.back().taken)
    taken.erase(identifier);
  scopes.pop_back();
}

} // namespace weebill::print
