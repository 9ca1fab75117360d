//===- TextOperations.cpp - What Python does with texts -------------------===//
//
// Tested by tests/unit/compiler/import/ChatTemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/TextOperations.h"

#include "compiler/import/chat/WhiteSpace.h"

#include <algorithm>

namespace weebill::chat {

/// Bytes to strip at the start of `text`, or at its end.
static size_t strippedBytes(std::string_view text, std::string_view characters, bool atEnd) {
  if (characters.empty())
    return atEnd ? spaceAtEnd(text) : spaceAtStart(text);
  return !text.empty() && characters.find(atEnd ? text.back() : text.front()) != std::string_view::npos;
}

std::string_view stripLeft(std::string_view text, std::string_view characters) {
  while (const size_t bytes = strippedBytes(text, characters, false))
    text.remove_prefix(bytes);
  return text;
}

std::string_view stripRight(std::string_view text, std::string_view characters) {
  while (const size_t bytes = strippedBytes(text, characters, true))
    text.remove_suffix(bytes);
  return text;
}

std::string_view strip(std::string_view text, std::string_view characters) {
  return stripLeft(stripRight(text, characters), characters);
}

std::vector<std::string> charactersOf(std::string_view text) {
  std::vector<std::string> result;
  for (char c : text) {
    const bool continues = (static_cast<unsigned char>(c) & 0xc0) == 0x80;
    if (!continues || result.empty())
      result.emplace_back();
    result.back() += c;
  }
  return result;
}

std::string replaceAll(std::string_view text, std::string_view from, std::string_view to) {
  std::string result;
  while (true) {
    const size_t found = text.find(from);
    if (found == std::string_view::npos)
      return result.append(text);
    result.append(text.substr(0, found)).append(to);
    text.remove_prefix(found + from.size());
  }
}

std::vector<std::string> splitAt(std::string_view text, std::string_view separator, size_t most) {
  std::vector<std::string> result;
  while (true) {
    const size_t found = result.size() < most ? text.find(separator) : std::string_view::npos;
    result.emplace_back(text.substr(0, found));
    if (found == std::string_view::npos)
      return result;
    text.remove_prefix(found + separator.size());
  }
}

std::vector<std::string> splitAtWhiteSpace(std::string_view text) {
  std::vector<std::string> result;
  for (text = stripLeft(text); !text.empty(); text = stripLeft(text)) {
    const size_t length = findSpace(text);
    result.emplace_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return result;
}

std::vector<std::string> linesOf(std::string_view text, bool withEnds) {
  std::vector<std::string> lines;
  size_t start = 0;
  for (size_t at = 0; at < text.size();) {
    size_t end = 0;
    for (std::string_view mark : {"\r\n", "\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\u0085", "\u2028", "\u2029"})
      if (end == 0 && text.substr(at).starts_with(mark))
        end = mark.size();
    if (end)
      lines.emplace_back(text.substr(start, at + (withEnds ? end : 0) - start));
    at += end ? end : 1;
    start = end ? at : start;
  }
  if (start < text.size())
    lines.emplace_back(text.substr(start));
  return lines;
}

bool isAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool hasPlainCase(std::string_view text) {
  const std::vector<std::string> characters = charactersOf(text);
  return std::all_of(characters.begin(), characters.end(),
                     [](const std::string &character) { return isAscii(character) || isBlank(character); });
}

std::string upperCase(std::string_view text) {
  std::string result(text);
  for (char &c : result)
    if (c >= 'a' && c <= 'z')
      c = char(c - 'a' + 'A');
  return result;
}

std::string lowerCase(std::string_view text) {
  std::string result(text);
  for (char &c : result)
    if (c >= 'A' && c <= 'Z')
      c = char(c - 'A' + 'a');
  return result;
}

std::string capitalized(std::string_view text) {
  return upperCase(text.substr(0, 1)) + lowerCase(text.substr(std::min<size_t>(text.size(), 1)));
}

static std::string wordsCapitalized(std::string_view text, bool (*isInWord)(std::string_view character)) {
  std::string result;
  bool inWord = false;
  for (const std::string &character : charactersOf(text)) {
    const bool in = isInWord(character);
    result += in && !inWord ? upperCase(character) : lowerCase(character);
    inWord = in;
  }
  return result;
}

std::string titleCase(std::string_view text) {
  return wordsCapitalized(text, [](std::string_view c) { return upperCase(c) != lowerCase(c); });
}

std::string titleOfWords(std::string_view text) {
  return wordsCapitalized(text, [](std::string_view c) {
    return !isBlank(c) && std::string_view("-({[<").find(c) == std::string_view::npos;
  });
}

} // namespace weebill::chat
