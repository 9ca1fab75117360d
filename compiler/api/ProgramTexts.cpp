//===- ProgramTexts.cpp - What a program is told of its model -------------===//
//
// Tested by tests/emitted/test_chat.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/ProgramTexts.h"

#include "compiler/api/Version.h"

#include <algorithm>

namespace weebill::api {

emit::ProgramTexts programTexts(const importer::ImportedModel &model) {
  emit::ProgramTexts texts;
  texts.version = kWeebillVersion;
  texts.title = model.title;
  texts.license = model.license;
  if (model.tokenizer) {
    texts.hasTokenizer = true;
    texts.tokenizer = model.tokenizer->kind;
    texts.beginningToken = model.tokenizer->beginning;
    texts.addBeginning = model.tokenizer->addBeginning;
    if (model.tokenizer->end >= 0)
      texts.stopTokens.push_back(model.tokenizer->end);
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
    for (int32_t token : chat.stopTokens)
      if (std::find(texts.stopTokens.begin(), texts.stopTokens.end(), token) == texts.stopTokens.end())
        texts.stopTokens.push_back(token);
  }
  return texts;
}

} // namespace weebill::api
