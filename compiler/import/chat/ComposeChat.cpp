//===- ComposeChat.cpp - A conversation out of its pieces -----------------===//
//
// Tested by tests/unit/compiler/import/DeriveChatFormatTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/ComposeChat.h"

#include "compiler/import/chat/TextOperations.h"

namespace weebill::chat {

using importer::Strip;

std::string_view stripped(Strip what, std::string_view text) {
  switch (what) {
  case Strip::Nothing:
    break;
  case Strip::Spaces:
    return strip(text);
  case Strip::SpacesBefore:
    return stripLeft(text);
  case Strip::SpacesAfter:
    return stripRight(text);
  case Strip::LineEnds:
    return strip(text, "\n");
  case Strip::LineEndsBefore:
    return stripLeft(text, "\n");
  }
  return text;
}

std::string_view changedAnswer(const importer::AnswerChange &change, std::string_view answer) {
  const std::string_view whole = stripped(change.strip, answer);
  const size_t end = change.thoughtEnd.empty() ? whole.npos : whole.rfind(change.thoughtEnd);
  if (end == whole.npos)
    return whole;
  return stripped(change.stripAfterThought, whole.substr(end + change.thoughtEnd.size()));
}

std::string compose(const importer::ChatFormat &format, const std::vector<Message> &messages) {
  std::string text = messages[0].role == "system" ? "" : format.beforeFirst;
  bool afterSystem = false;
  for (const Message &message : messages) {
    const std::string_view content = message.content;
    if (message.role == "system")
      text.append(format.systemPrefix).append(stripped(format.systemStrip, content)).append(format.systemSuffix);
    else if (message.role == "user")
      text.append(afterSystem ? format.userPrefixAfterSystem : format.userPrefix)
          .append(stripped(afterSystem ? format.userStripAfterSystem : format.userStrip, content))
          .append(format.userSuffix);
    else
      text.append(format.assistantPrefix).append(changedAnswer(format.answers, content)).append(format.assistantSuffix);
    afterSystem = message.role == "system";
  }
  return text + format.answerPrefix;
}

bool findStrip(const std::string &rendered, const std::vector<Message> &messages, const importer::ChatFormat &format,
               Strip &strip) {
  for (Strip attempt : importer::kStrips) {
    strip = attempt;
    if (rendered == compose(format, messages))
      return true;
  }
  strip = Strip::Nothing;
  return false;
}

} // namespace weebill::chat
