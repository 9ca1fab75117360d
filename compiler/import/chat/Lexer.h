//===- Lexer.h - Chat templates as tokens ------------------------*- C++ -*-===//
//
// Cuts a Jinja template into text, tags and what is inside the tags, with the white-space rules of trim_blocks and
// lstrip_blocks, which is how chat templates are written. Tested by tests/unit/compiler/import/ChatTemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_CHAT_LEXER_H
#define WEEBILL_COMPILER_IMPORT_CHAT_LEXER_H

#include "compiler/import/chat/TemplateError.h"

#include <cstdint>
#include <string>
#include <vector>

namespace weebill::chat {

struct Token {
  enum class Kind {
    Text,        // literal text outside of tags, as it will be printed
    OpenOutput,  // {{
    CloseOutput, // }}
    OpenBlock,   // {%
    CloseBlock,  // %}
    Name,
    String, // its value, escapes resolved
    Integer,
    Real,   // as it is written
    Symbol, // an operator or bracket
    End,
  };
  Kind kind;
  std::string text;
  int64_t integer = 0;
  int line = 1;

  bool isSymbol(const char *symbol) const { return kind == Kind::Symbol && text == symbol; }
  bool isName(const char *name) const { return kind == Kind::Name && text == name; }
};

/// All tokens, the last of kind End. Throws TemplateError.
std::vector<Token> tokenizeTemplate(const std::string &source);

} // namespace weebill::chat

#endif // WEEBILL_COMPILER_IMPORT_CHAT_LEXER_H
