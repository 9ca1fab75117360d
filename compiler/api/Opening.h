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

/// The tokens of a chat that begins with that system prompt, up to what the user says; the last ones may be others when
/// the text goes on. `tables`: the tokenizer's. Throws InputError for a model that can have no system prompt, and if
/// they leave no room in the context.
std::vector<int32_t> openingTokens(const std::string &systemPrompt, const importer::ImportedModel &model,
                                   const std::vector<uint8_t> &tables, int64_t context);

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_OPENING_H
