//===- Escapes.h - What stands behind a backslash ----------------*- C++ -*-===//
//
// The escapes of Python's texts, which are Jinja's. Tested by tests/unit/compiler/import/ChatTemplateTest.cpp and
// tests/python/test_template_features.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_CHAT_ESCAPES_H
#define WEEBILL_COMPILER_IMPORT_CHAT_ESCAPES_H

#include <cstdint>
#include <string>
#include <string_view>

namespace weebill::chat {

/// Code point to UTF-8.
void appendUtf8(uint32_t codePoint, std::string &out);

struct Escape {
  std::string text;         // what it stands for
  size_t bytes = 0;         // of what is read, behind the backslash
  std::string problem = {}; // why it stands for nothing; empty if it does
};

/// `rest`: the template behind the backslash.
Escape escapeAt(std::string_view rest);

} // namespace weebill::chat

#endif // WEEBILL_COMPILER_IMPORT_CHAT_ESCAPES_H
