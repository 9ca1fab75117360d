//===- Opening.h - How chats begin -------------------------------*- C++ -*-===//
//
// With a system prompt that is given when the program is built, the beginning of a chat is known then: its text is the
// program's, and what the model makes of it lies behind the weights (docs/decisions/0010-state-of-a-system-prompt.md).
// Tested by tests/emitted/test_system_prompt.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_API_OPENING_H
#define WEEBILL_COMPILER_API_OPENING_H

#include "compiler/import/ImportedModel.h"

#include <cstdint>
#include <string>
#include <vector>

namespace weebill::api {

/// Makes this system prompt the one of chats that begin without. Throws InputError for a model that cannot have one.
void openChatsWith(const std::string &systemPrompt, importer::ImportedModel &model);

/// The tokens that a chat begins with, up to what the user says; the last ones may be others when the text goes on.
/// `tables`: the tokenizer's. Throws InputError if they leave no room in the context.
std::vector<int32_t> openingTokens(const importer::ImportedModel &model, const std::vector<uint8_t> &tables,
                                   int64_t context);

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_OPENING_H
