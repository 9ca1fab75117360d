//===- TemplateParser.h - Statements of chat templates -----------*- C++ -*-===//
//
// Tested by tests/unit/compiler/import/ChatTemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_CHAT_TEMPLATEPARSER_H
#define WEEBILL_COMPILER_IMPORT_CHAT_TEMPLATEPARSER_H

#include "compiler/import/chat/Syntax.h"

namespace weebill::chat {

/// The statements of a template. Throws TemplateError, naming a statement that is not supported.
std::vector<Statement> parseTemplate(const std::string &source);

} // namespace weebill::chat

#endif // WEEBILL_COMPILER_IMPORT_CHAT_TEMPLATEPARSER_H
