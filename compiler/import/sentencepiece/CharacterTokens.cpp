//===- CharacterTokens.cpp - Texts of tokens that are characters ----------===//
//
// Tested by tests/unit/compiler/import/SentencePieceTokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/sentencepiece/CharacterTokens.h"

#include <algorithm>

namespace weebill::sentencepiece {

std::optional<uint8_t> byteOfName(const std::string &text) {
  if (text.size() != 6 || !text.starts_with("<0x") || text[5] != '>')
    return std::nullopt;
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9')
      return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  const int high = digit(text[3]), low = digit(text[4]);
  return high < 0 || low < 0 ? std::nullopt : std::optional(uint8_t(16 * high + low));
}

std::string withPlainSpaces(std::string text) {
  const std::string mark = "\u2581";
  for (size_t at = 0; (at = text.find(mark, at)) != text.npos; ++at)
    text.replace(at, mark.size(), " ");
  return text;
}

std::string printedCharacters(const std::string &text) {
  const std::optional<uint8_t> byte = byteOfName(text);
  return byte ? std::string(1, char(*byte)) : withPlainSpaces(text);
}

bool isOneCharacter(const std::string &text) {
  const uint8_t lead = uint8_t(text[0]);
  return text.size() == (lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4);
}

bool hasInnerSpace(const std::string &text) {
  return text.find(' ', std::min(text.find_first_not_of(' '), text.size())) != text.npos;
}

std::string problemOfBytes(const importer::TokenizerData &data) {
  const auto isNeeded = [&](size_t byte) {
    const bool inNoText = byte == 0xc0 || byte == 0xc1 || byte >= 0xf5; // of UTF-8
    const std::string character(1, char(byte));
    const auto isToken = [&](const importer::TokenizerData::Word &word) { return word.text == character; };
    return !inNoText && (byte >= 0x80 || std::none_of(data.words.begin(), data.words.end(), isToken));
  };
  for (size_t byte = 0; byte < data.bytes.size(); ++byte)
    if (data.bytes[byte] < 0 && isNeeded(byte))
      return "the tokenizer falls back to bytes ('byte_fallback') and has no token for byte " + std::to_string(byte) +
             ", which is not supported";
  return "";
}

std::string problemOfCharacters(const importer::TokenizerData &data) {
  if (std::string problem = problemOfBytes(data); !problem.empty())
    return problem;
  const auto isSpace = [](const importer::TokenizerData::Word &word) { return word.text == " "; };
  if (std::none_of(data.words.begin(), data.words.end(), isSpace))
    return "the tokenizer has no token for the space (U+2581), which is not supported";
  return "";
}

} // namespace weebill::sentencepiece
