//===- WhiteSpace.h - What Python calls white space --------------*- C++ -*-===//
//
// str.strip, str.split and the \s of regular expressions mean one set: Unicode's white space and four separators of
// ASCII. Emitted programs have it in runtime/strip_spaces.h, which the compiler's import does not know; the test holds
// both against each other for every character. Tested by tests/unit/compiler/import/WhiteSpaceTest.cpp and
// tests/python/test_chat_templates.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_CHAT_WHITESPACE_H
#define WEEBILL_COMPILER_IMPORT_CHAT_WHITESPACE_H

#include <string_view>

namespace weebill::chat {

/// Bytes of the one white space that `text` begins with, or 0.
size_t spaceAtStart(std::string_view text);
/// Bytes of the one that it ends with, or 0.
size_t spaceAtEnd(std::string_view text);
/// Whether there is nothing else, or nothing at all.
bool isBlank(std::string_view text);
/// Where the first one begins, or the end.
size_t findSpace(std::string_view text);

} // namespace weebill::chat

#endif // WEEBILL_COMPILER_IMPORT_CHAT_WHITESPACE_H
