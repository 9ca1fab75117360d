//===- TextOperations.cpp - What Python does with texts -------------------===//
//
// Tested by tests/unit/compiler/import/ChatTemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/TextOperations.h"

#include <algorithm>

namespace weebill::chat {

static bool isStripped(char c, std::string_view characters) {
  return characters.empty() ? isWhiteSpace(c) : characters.find(c) != std::string_view::npos;
}

std::string_view stripLeft(std::string_view text, std::string_view characters) {
  while (!text.empty() && isStripped(text.front(), characters))
    text.remove_prefix(1);
  return text;
}

std::string_view stripRight(std::string_view text, std::string_view characters) {
  while (!text.empty() && isStripped(text.back(), characters))
    text.remove_suffix(1);
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
    const size_t length = size_t(std::find_if(text.begin(), text.end(), isWhiteSpace) - text.begin());
    result.emplace_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return result;
}

bool isAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
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

static std::string wordsCapitalized(std::string_view text, bool (*isInWord)(char)) {
  std::string result;
  bool inWord = false;
  for (char c : text) {
    const bool in = isInWord(c);
    result += in && !inWord ? upperCase({&c, 1}) : lowerCase({&c, 1});
    inWord = in;
  }
  return result;
}

std::string titleCase(std::string_view text) {
  return wordsCapitalized(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

std::string titleOfWords(std::string_view text) {
  return wordsCapitalized(
      text, [](char c) { return !isWhiteSpace(c) && std::string_view("-({[<").find(c) == std::string_view::npos; });
}

} // namespace weebill::chat
