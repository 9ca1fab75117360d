//===- ProgramTexts.cpp - What a program is told of its model -------------===//
//
// Tested by tests/emitted/test_chat.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/ProgramTexts.h"

#include "compiler/api/Version.h"

namespace weebill::api {

emit::ProgramTexts programTexts(const importer::ImportedModel &model) {
  emit::ProgramTexts texts;
  texts.version = kWeebillVersion;
  texts.title = model.title;
  texts.license = model.license;
  texts.stopTokens = model.stopTokens;
  if (model.tokenizer) {
    texts.hasTokenizer = true;
    texts.tokenizer = model.tokenizer->kind;
    texts.beginningToken = model.tokenizer->beginning;
    texts.addBeginning = model.tokenizer->addBeginning;
  }
  if (model.chat) {
    const importer::ChatFormat &chat = *model.chat;
    texts.hasChat = true;
    texts.chatBeforeFirst = chat.beforeFirst;
    texts.chatSystemPrefix = chat.systemPrefix;
    texts.chatSystemSuffix = chat.systemSuffix;
    texts.chatUserPrefix = chat.userPrefix;
    texts.chatUserSuffix = chat.userSuffix;
    texts.chatAssistantPrefix = chat.assistantPrefix;
    texts.chatAssistantSuffix = chat.assistantSuffix;
    texts.chatStripsContent = chat.stripsContent;
    texts.chatSystemProblem = chat.systemProblem;
  }
  return texts;
}

} // namespace weebill::api
