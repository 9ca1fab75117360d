//===- Opening.cpp - How chats begin --------------------------------------===//
//
// Tested by tests/emitted/test_system_prompt.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/Opening.h"

#include "codegen/text/EncodeText.h"

#include <algorithm>

namespace weebill::api {

namespace {

/// What the template makes of it, and how the user's first message begins.
std::string openingText(const std::string &systemPrompt, const importer::ImportedModel &model) {
  const auto refuse = [&](const std::string &reason) {
    throw importer::InputError("'" + model.path + "': --system-prompt does not go with this model: " + reason);
  };
  if (!model.tokenizer || !model.chat)
    refuse("the program has no --chat: " + (!model.tokenizer && !model.tokenizerProblem.empty() ? model.tokenizerProblem
                                            : !model.chatProblem.empty() ? model.chatProblem
                                                                         : "it has no chat template"));
  const importer::ChatFormat &chat = *model.chat;
  if (!chat.systemProblem.empty())
    refuse(chat.systemProblem + "; leave the option out, and say it at the beginning of the first message");
  return chat.systemPrefix + text::stripped(importer::nameOf(chat.systemStrip), systemPrompt) + chat.systemSuffix +
         chat.userPrefixAfterSystem;
}

} // namespace

std::vector<int32_t> openingTokens(const std::string &systemPrompt, const importer::ImportedModel &model,
                                   const std::vector<uint8_t> &tables, int64_t context) {
  const std::string opening = openingText(systemPrompt, model);
  const importer::TokenizerData &tokenizer = *model.tokenizer;
  std::vector<int32_t> tokens;
  try {
    tokens = text::encodeText(tokenizer.kind, tables, opening);
  } catch (const std::invalid_argument &refused) {
    throw importer::InputError("'" + model.path + "': --system-prompt: " + refused.what());
  }
  const std::vector<int32_t> &before = tokenizer.before;
  const bool written = // by the template itself: it begins with one of them
      !tokens.empty() && std::find(before.begin(), before.end(), tokens.front()) != before.end();
  if (!written)
    tokens.insert(tokens.begin(), before.begin(), before.end());
  if (int64_t(tokens.size()) >= context)
    throw importer::InputError("'" + model.path + "': --system-prompt: chats begin with " +
                               std::to_string(tokens.size()) + " tokens, and the context holds " +
                               std::to_string(context) + ": shorten the prompt, or see --context");
  return tokens;
}

} // namespace weebill::api
