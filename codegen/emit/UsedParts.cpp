//===- UsedParts.cpp - What a file needs of a header ----------------------===//

#include "codegen/emit/UsedParts.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <vector>

namespace weebill::emit {

namespace {

using Words = std::set<std::string, std::less<>>;

bool isOfWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

void addWords(std::string_view text, Words &words) {
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    while (end < text.size() && isOfWord(text[end]))
      ++end;
    if (end > at)
      words.emplace(text.substr(at, end - at));
    at = end + (end == at);
  }
}

struct Paragraph {
  std::string_view text;
  Words names; // that it defines
  bool stays = false;
};

/// The word that ends before `end`, without arguments of a template.
std::string_view wordBefore(std::string_view line, size_t end) {
  if (end > 0 && line[end - 1] == '>')
    end = line.rfind('<', end);
  size_t first = end;
  while (first > 0 && isOfWord(line[first - 1]))
    --first;
  return line.substr(first, end - first);
}

/// Adds what a line at the left edge defines; false if that is neither a function nor a struct.
bool addName(std::string_view line, Words &names) {
  if (line.empty() || line[0] == ' ' || line[0] == '}' || line.starts_with("//"))
    return true;
  const size_t structure = line.starts_with("struct ") ? 0 : line.find("> struct ");
  if (structure != line.npos) {
    const size_t first = line.find("struct ") + 7;
    size_t end = first;
    while (end < line.size() && isOfWord(line[end]))
      ++end;
    names.emplace(line.substr(first, end - first));
    return true;
  }
  if (!line.starts_with("template ") && !line.starts_with("VECTOR_FUNCTION "))
    return false;
  if (const size_t bracket = line.find('('); bracket != line.npos)
    names.emplace(wordBefore(line, bracket));
  return true; // otherwise the name is on the next line
}

Paragraph paragraphOf(std::string_view text) {
  Paragraph made{text, {}, false};
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    if (!addName(text.substr(at, end - at), made.names))
      made.stays = true;
    at = end + 1;
  }
  made.stays |= made.names.empty();
  return made;
}

/// A paragraph ends at an empty line, unless what follows is indented.
std::vector<Paragraph> paragraphsOf(std::string_view body) {
  std::vector<Paragraph> all;
  for (size_t at = 0; at < body.size();) {
    size_t end = body.find("\n\n", at);
    while (end != body.npos && end + 2 < body.size() && body[end + 2] == ' ')
      end = body.find("\n\n", end + 2);
    end = end == body.npos ? body.size() : end + 2;
    all.push_back(paragraphOf(body.substr(at, end - at)));
    at = end;
  }
  return all;
}

} // namespace

std::string usedParts(std::string_view body, std::string_view users) {
  std::vector<Paragraph> all = paragraphsOf(body);
  Words used;
  addWords(users, used);
  for (const Paragraph &paragraph : all)
    if (paragraph.stays)
      addWords(paragraph.text, used);
  for (bool changed = true; changed;) {
    changed = false;
    for (Paragraph &paragraph : all)
      for (const std::string &name : paragraph.names)
        if (!paragraph.stays && used.contains(name)) {
          paragraph.stays = changed = true;
          addWords(paragraph.text, used);
        }
  }
  std::string result;
  for (const Paragraph &paragraph : all)
    if (paragraph.stays)
      result += paragraph.text;
  return result;
}

} // namespace weebill::emit
