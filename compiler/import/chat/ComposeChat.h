//===- ComposeChat.h - A conversation out of its pieces ----------*- C++ -*-===//
//
// What an emitted program makes of a conversation (runtime/turns.h): the derived format is held against rendered
// templates with it. Tested by tests/unit/compiler/import/DeriveChatFormatTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_CHAT_COMPOSECHAT_H
#define WEEBILL_COMPILER_IMPORT_CHAT_COMPOSECHAT_H

#include "compiler/import/ImportedModel.h"
#include "compiler/import/chat/ChatTemplate.h"

namespace weebill::chat {

std::string_view stripped(importer::Strip what, std::string_view text);
/// An answer as it stands before what is said after it.
std::string_view changedAnswer(const importer::AnswerChange &change, std::string_view answer);
/// A tool's answer as it stands between its pieces.
std::string toolText(const importer::ToolTexts &tools, std::string_view answer);
/// The text of a conversation whose last message is the user's or a tool's, up to where the answer begins.
std::string compose(const importer::ChatFormat &format, const std::vector<Message> &messages);

/// A message whose white space a template may take away: of every kind, for one that takes away some of it alone does
/// nothing that a program could repeat.
inline constexpr const char *kPadded = "\n \u00a0\v one two\t\u3000\r \n";

/// Sets `strip`, which is one of `format`, to the first way to take white space away that makes the pieces what the
/// template has rendered; to Nothing if there is none.
bool findStrip(const std::string &rendered, const std::vector<Message> &messages, const importer::ChatFormat &format,
               importer::Strip &strip);

} // namespace weebill::chat

#endif // WEEBILL_COMPILER_IMPORT_CHAT_COMPOSECHAT_H
