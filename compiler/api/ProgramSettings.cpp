//===- ProgramSettings.cpp - What a program is told of its model -------------===//
//
// Tested by tests/emitted/test_chat.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/ProgramSettings.h"

#include "compiler/api/Version.h"

namespace weebill::api {

emit::ProgramSettings programSettings(const importer::ImportedModel &model) {
  emit::ProgramSettings settings;
  settings.version = kWeebillVersion;
  settings.title = model.title;
  settings.license = model.license;
  settings.stopTokens = model.stopTokens;
  settings.sampling = {model.sampling.temperature, model.sampling.topK, model.sampling.topP, model.sampling.minP,
                       model.sampling.repeatPenalty};
  if (model.tokenizer) {
    settings.hasTokenizer = true;
    settings.tokenizer = model.tokenizer->kind;
    settings.beginningToken = model.tokenizer->beginning;
    settings.beforeText = model.tokenizer->before;
  }
  if (model.chat) {
    const importer::ChatFormat &chat = *model.chat;
    settings.hasChat = true;
    settings.chatBeforeFirst = chat.beforeFirst;
    settings.chatSystemPrefix = chat.systemPrefix;
    settings.chatSystemSuffix = chat.systemSuffix;
    settings.chatUserPrefix = chat.userPrefix;
    settings.chatUserSuffix = chat.userSuffix;
    settings.chatAssistantPrefix = chat.assistantPrefix;
    settings.chatAssistantSuffix = chat.assistantSuffix;
    settings.chatAnswerPrefix = chat.answerPrefix;
    settings.chatGiven = chat.given;
    settings.chatUserPrefixAfterSystem = chat.userPrefixAfterSystem;
    settings.chatChanges = {importer::nameOf(chat.systemStrip),
                            importer::nameOf(chat.userStrip),
                            importer::nameOf(chat.userStripAfterSystem),
                            importer::nameOf(chat.answers.strip),
                            importer::nameOf(chat.answers.stripAfterThought),
                            chat.answers.thoughtEnd,
                            importer::changesAnswers(chat)};
    settings.chatSystemProblem = chat.systemProblem;
    const importer::ToolTexts &tools = chat.tools;
    const bool keeps = tools.kept != importer::KeptThoughts::None;
    settings.chatTools = {tools.problem.empty(),
                          tools.answerSuffix,
                          tools.prefix,
                          tools.suffix,
                          tools.userPrefix,
                          tools.between,
                          tools.again,
                          importer::nameOf(tools.strip),
                          tools.inJson,
                          tools.kept == importer::KeptThoughts::Always,
                          tools.noThought,
                          keeps ? tools.thoughtBegin : "",
                          keeps ? chat.answers.thoughtEnd : ""};
  }
  return settings;
}

} // namespace weebill::api
