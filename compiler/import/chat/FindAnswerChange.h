//===- FindAnswerChange.h - What becomes of earlier answers ------*- C++ -*-===//
//
// Templates take thoughts out of answers that something is said after, and white space around them. Tested by
// tests/unit/compiler/import/AnswerChangeTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_CHAT_FINDANSWERCHANGE_H
#define WEEBILL_COMPILER_IMPORT_CHAT_FINDANSWERCHANGE_H

#include "compiler/import/ImportedModel.h"
#include "compiler/import/chat/ProbedTemplate.h"

namespace weebill::chat {

/// Completes `format`, whose pieces are known: its `answers`, and why thoughts stay where they do otherwise than the
/// template wants. Throws TemplateError and Irregular.
void findAnswerChange(const ProbedTemplate &probed, const std::string &source, importer::ChatFormat &format);

} // namespace weebill::chat

#endif // WEEBILL_COMPILER_IMPORT_CHAT_FINDANSWERCHANGE_H
