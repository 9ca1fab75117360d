//===- WhiteSpace.cpp - What Python calls white space ---------------------===//
//
// Tested by tests/unit/compiler/import/WhiteSpaceTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/WhiteSpace.h"

namespace weebill::chat {

/// As UTF-8: those of ASCII, then U+0085, U+00A0, U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F, U+3000.
static constexpr std::string_view kSpaces[] = {
    " ",      "\t",     "\n",     "\v",     "\f",     "\r",     "\x1c",   "\x1d",   "\x1e",   "\x1f",
    "\u0085", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",
    "\u2007", "\u2008", "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};

size_t spaceAtStart(std::string_view text) {
  for (std::string_view space : kSpaces)
    if (text.starts_with(space))
      return space.size();
  return 0;
}

size_t spaceAtEnd(std::string_view text) {
  for (std::string_view space : kSpaces)
    if (text.ends_with(space))
      return space.size();
  return 0;
}

bool isBlank(std::string_view text) {
  while (const size_t bytes = spaceAtStart(text))
    text.remove_prefix(bytes);
  return text.empty();
}

size_t findSpace(std::string_view text) {
  size_t at = 0;
  while (at < text.size() && !spaceAtStart(text.substr(at)))
    ++at; // inside a character no white space begins
  return at;
}

} // namespace weebill::chat
