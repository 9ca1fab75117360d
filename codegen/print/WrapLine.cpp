//===- WrapLine.cpp - Lines of at most 120 columns ------------------------===//

#include "codegen/print/WrapLine.h"

namespace weebill::print {

namespace {

constexpr size_t kColumns = 120;

/// Where to break: the last of the blanks that lie least deep in parentheses, after a comma if there is a choice; npos
/// if there is none.
size_t breakPoint(const std::string &text, size_t limit) {
  size_t best = std::string::npos;
  int depth = 0, bestRank = 1 << 30;
  for (size_t i = 0; i < text.size() && i <= limit; ++i) {
    if (text[i] == '(')
      ++depth;
    else if (text[i] == ')')
      --depth;
    const bool afterEquals = i > 0 && text[i - 1] == '=';                     // the value would stand alone
    const bool early = i < limit / 3;                                         // a type or a name
    const bool beforeBody = text.compare(i + 1, std::string::npos, "{") == 0; // the brace would stand alone
    if (text[i] != ' ' || afterEquals || beforeBody || early)
      continue;
    const int rank = 2 * depth + (text[i - 1] == ',' ? 0 : 1);
    if (rank <= bestRank) {
      best = i;
      bestRank = rank;
    }
  }
  return best;
}

} // namespace

std::string wrapLine(const std::string &text, int indent) {
  std::string lines, rest = text;
  int column = indent;
  while (column + rest.size() > kColumns) {
    const size_t at = breakPoint(rest, kColumns - column);
    if (at == std::string::npos)
      break;
    lines += std::string(column, ' ') + rest.substr(0, at) + "\n";
    rest = rest.substr(at + 1);
    column = indent + 4;
  }
  return lines + std::string(column, ' ') + rest + "\n";
}

} // namespace weebill::print
