//===- ComposeChat.cpp - A conversation out of its pieces -----------------===//
//
// Tested by tests/unit/compiler/import/DeriveChatFormatTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/ComposeChat.h"

#include "compiler/import/chat/JsonText.h"
#include "compiler/import/chat/TextOperations.h"

#include <algorithm>

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

std::string toolText(const importer::ToolTexts &tools, std::string_view answer) {
  std::string text(stripped(tools.strip, answer));
  if (!tools.inJson)
    return text;
  std::string quoted;
  appendJson(Value::string(std::move(text)), quoted);
  return quoted.substr(1, quoted.size() - 2);
}

/// Whether there is something between the marks of a thought.
static bool hasThought(const importer::ChatFormat &format, std::string_view answer) {
  const size_t end = format.answers.thoughtEnd.empty() ? answer.npos : answer.rfind(format.answers.thoughtEnd);
  if (end == answer.npos)
    return false;
  std::string_view thought = strip(answer.substr(0, end));
  if (thought.starts_with(format.tools.thoughtBegin))
    thought.remove_prefix(format.tools.thoughtBegin.size());
  return !strip(thought).empty();
}

/// Whether the answer at `index` stands as the template prints it for a tool's, which follows.
static bool isForTool(const importer::ChatFormat &format, const std::vector<Message> &messages, size_t index) {
  if (format.tools.kept == importer::KeptThoughts::None || index + 1 == messages.size() ||
      messages[index + 1].role != "tool")
    return false;
  const auto saysUser = [](const Message &message) { return message.role == "user"; };
  return format.tools.kept == importer::KeptThoughts::Always ||
         std::none_of(messages.begin() + ptrdiff_t(index), messages.end(), saysUser);
}

static std::string answerText(const importer::ChatFormat &format, const std::string &answer, bool forTool) {
  if (forTool && hasThought(format, answer))
    return std::string(stripped(format.answers.strip, answer));
  return (forTool ? format.tools.noThought : "") + std::string(changedAnswer(format.answers, answer));
}

std::string compose(const importer::ChatFormat &format, const std::vector<Message> &messages) {
  const importer::ToolTexts &tools = format.tools;
  std::string text = messages[0].role == "system" ? "" : format.beforeFirst;
  std::string before; // the role that has spoken last
  for (size_t index = 0; index < messages.size(); ++index) {
    const auto &[role, content, calls] = messages[index];
    const bool afterSystem = before == "system", afterTool = before == "tool";
    if (afterTool && role != "tool")
      text.append(tools.suffix);
    if (role == "system")
      text.append(format.systemPrefix).append(stripped(format.systemStrip, content)).append(format.systemSuffix);
    else if (role == "user")
      text.append(afterSystem ? format.userPrefixAfterSystem
                  : afterTool ? tools.userPrefix
                              : format.userPrefix)
          .append(stripped(afterSystem ? format.userStripAfterSystem : format.userStrip, content))
          .append(format.userSuffix);
    else if (role == "tool")
      text.append(afterTool ? tools.between + tools.again : tools.prefix).append(toolText(tools, content));
    else
      text.append(format.assistantPrefix)
          .append(answerText(format, content, isForTool(format, messages, index)))
          .append(index + 1 < messages.size() && messages[index + 1].role == "tool" ? tools.answerSuffix
                                                                                    : format.assistantSuffix);
    before = role;
  }
  return text + (before == "tool" ? tools.suffix : "") + format.answerPrefix;
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
