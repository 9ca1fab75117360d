//===- TextOperations.h - What Python does with texts ------------*- C++ -*-===//
//
// Texts are UTF-8; positions count characters, as in Python. White space is Python's (WhiteSpace.h). Tested by
// tests/unit/compiler/import/ChatTemplateTest.cpp and tests/python/test_chat_templates.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_CHAT_TEXTOPERATIONS_H
#define WEEBILL_COMPILER_IMPORT_CHAT_TEXTOPERATIONS_H

#include <string>
#include <string_view>
#include <vector>

namespace weebill::chat {

// `characters`: what to strip, ASCII; white space if it is empty.
std::string_view stripLeft(std::string_view text, std::string_view characters = {});
std::string_view stripRight(std::string_view text, std::string_view characters = {});
std::string_view strip(std::string_view text, std::string_view characters = {});

/// The characters, one by one.
std::vector<std::string> charactersOf(std::string_view text);

/// str.replace; `from` is not empty.
std::string replaceAll(std::string_view text, std::string_view from, std::string_view to);

/// str.split with a separator, which is not empty, at the first `most` of them; or at white space.
std::vector<std::string> splitAt(std::string_view text, std::string_view separator, size_t most = SIZE_MAX);
std::vector<std::string> splitAtWhiteSpace(std::string_view text);

/// str.splitlines: what a last line end ends is no line.
std::vector<std::string> linesOf(std::string_view text, bool withEnds = false);

bool isAscii(std::string_view text);
/// Whether the functions below know its case: that of ASCII and of white space, which has none.
bool hasPlainCase(std::string_view text);
std::string upperCase(std::string_view text);
std::string lowerCase(std::string_view text);
/// The first letter in upper case, the rest in lower case.
std::string capitalized(std::string_view text);
/// str.title: a word begins behind anything but a letter.
std::string titleCase(std::string_view text);
/// The filter 'title': a word begins behind white space, '-', '(', '{', '[' and '<'.
std::string titleOfWords(std::string_view text);

} // namespace weebill::chat

#endif // WEEBILL_COMPILER_IMPORT_CHAT_TEXTOPERATIONS_H
