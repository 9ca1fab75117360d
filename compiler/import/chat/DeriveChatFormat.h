//===- DeriveChatFormat.h - From a chat template to its pieces ---*- C++ -*-===//
//
// Tested by tests/unit/compiler/import/DeriveChatFormatTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_CHAT_DERIVECHATFORMAT_H
#define WEEBILL_COMPILER_IMPORT_CHAT_DERIVECHATFORMAT_H

#include "compiler/import/ImportedModel.h"
#include "compiler/import/chat/ChatTemplate.h"

namespace weebill::chat {

struct DerivedChat {
  std::optional<importer::ChatFormat> format;
  std::string problem; // why there is none
};

/// Renders probe conversations and finds what the template puts around messages. There is a format only if longer
/// conversations are exactly the sum of those pieces. `named`: variables of the template that are texts of special
/// tokens, `bos_token` among them; by default the two that the tokenizer has.
DerivedChat deriveChatFormat(const std::string &source, const importer::TokenizerData &tokenizer,
                             const std::optional<NamedTexts> &named = {}, const importer::TemplateInput &input = {});

/// A note for a model whose thoughts stay where its template does something else with them.
void noteThoughts(importer::ImportedModel &model);

} // namespace weebill::chat

#endif // WEEBILL_COMPILER_IMPORT_CHAT_DERIVECHATFORMAT_H
