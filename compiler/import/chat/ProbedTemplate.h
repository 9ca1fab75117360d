//===- ProbedTemplate.h - A template that is asked what it prints *- C++ -*-===//
//
// Renders short conversations and cuts what comes out at their messages. Tested by
// tests/unit/compiler/import/DeriveChatFormatTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_CHAT_PROBEDTEMPLATE_H
#define WEEBILL_COMPILER_IMPORT_CHAT_PROBEDTEMPLATE_H

#include "compiler/import/chat/ChatTemplate.h"
#include "compiler/import/chat/SpecialTokenSpans.h"

#include <optional>

#include <stdexcept>

namespace weebill::chat {

/// A template that renders, but is no sum of pieces. Its text completes "the chat template ...".
struct Irregular : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class ProbedTemplate {
public:
  ProbedTemplate(const std::string &source, const importer::TokenizerData &tokenizer,
                 const std::optional<NamedTexts> &named, const TemplateValues &input);

  /// With `prompt`, an answer is asked for. Throws TemplateError and Irregular.
  std::string render(const std::vector<Message> &messages, bool prompt = true) const;
  /// The texts around the contents of these messages, each of which is printed once, in this order: one more than there
  /// are messages.
  std::vector<std::string> around(const std::vector<Message> &messages, bool prompt = true) const;

  SpecialTokenSpans special;

private:
  ChatTemplate chatTemplate;
};

} // namespace weebill::chat

#endif // WEEBILL_COMPILER_IMPORT_CHAT_PROBEDTEMPLATE_H
