//===- TemplateError.h - A chat template that cannot be used -----*- C++ -*-===//
//
// Not an InputError: a model whose template is beyond the subset is still a model. Tested by
// tests/unit/compiler/import/ChatTemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_CHAT_TEMPLATEERROR_H
#define WEEBILL_COMPILER_IMPORT_CHAT_TEMPLATEERROR_H

#include <stdexcept>
#include <string>

namespace weebill::chat {

/// "line N: what", naming the construct.
struct TemplateError : std::runtime_error {
  TemplateError(int line, const std::string &what) : std::runtime_error("line " + std::to_string(line) + ": " + what) {}
};

} // namespace weebill::chat

#endif // WEEBILL_COMPILER_IMPORT_CHAT_TEMPLATEERROR_H
