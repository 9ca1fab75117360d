//===- FindToolCalls.h - How a template writes calls of tools ----*- C++ -*-===//
//
// Tested by tests/unit/compiler/import/ToolCallsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_CHAT_FINDTOOLCALLS_H
#define WEEBILL_COMPILER_IMPORT_CHAT_FINDTOOLCALLS_H

#include "compiler/import/ImportedModel.h"
#include "compiler/import/chat/ProbedTemplate.h"

namespace weebill::chat {

/// Sets `format.tools.calls`; everything else in `format` is known. Throws TemplateError and Irregular where an answer
/// with calls is not printed as one that has them in its text.
void findToolCalls(const ProbedTemplate &probed, importer::ChatFormat &format);

/// The text of an answer with calls as the model would have written it.
std::string textWithCalls(const importer::ChatFormat &format, const Message &message);

} // namespace weebill::chat

#endif // WEEBILL_COMPILER_IMPORT_CHAT_FINDTOOLCALLS_H
