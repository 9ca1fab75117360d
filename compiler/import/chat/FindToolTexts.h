//===- FindToolTexts.h - What stands around answers of tools -----*- C++ -*-===//
//
// Tested by tests/unit/compiler/import/ToolTextsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_CHAT_FINDTOOLTEXTS_H
#define WEEBILL_COMPILER_IMPORT_CHAT_FINDTOOLTEXTS_H

#include "compiler/import/ImportedModel.h"
#include "compiler/import/chat/ProbedTemplate.h"

namespace weebill::chat {

/// Sets `format.tools`, but for the calls; everything else in `format` is known. Throws TemplateError and Irregular
/// where the template has no role for tools.
void findToolTexts(const ProbedTemplate &probed, const std::string &source, importer::ChatFormat &format);

} // namespace weebill::chat

#endif // WEEBILL_COMPILER_IMPORT_CHAT_FINDTOOLTEXTS_H
