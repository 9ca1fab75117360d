//===- ProbedTemplate.cpp - A template that is asked what it prints -------===//
//
// Tested by tests/unit/compiler/import/DeriveChatFormatTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/ProbedTemplate.h"

namespace weebill::chat {

static NamedTexts textsOf(const importer::TokenizerData &tokenizer) {
  NamedTexts texts;
  if (tokenizer.beginning >= 0)
    texts.emplace_back("bos_token", tokenizer.tokens[size_t(tokenizer.beginning)]);
  if (tokenizer.end >= 0)
    texts.emplace_back("eos_token", tokenizer.tokens[size_t(tokenizer.end)]);
  return texts;
}

ProbedTemplate::ProbedTemplate(const std::string &source, const importer::TokenizerData &tokenizer,
                               const std::optional<NamedTexts> &named, const TemplateValues &input)
    : special(tokenizer), chatTemplate(source, named ? *named : textsOf(tokenizer), input) {}

std::string ProbedTemplate::render(const std::vector<Message> &messages, bool prompt) const {
  constexpr size_t kMostWork = 1 << 26; // every special token may be looked for at every byte
  std::string text = chatTemplate.render(messages, prompt);
  if (text.size() > kMostWork / (1 + special.count()))
    throw Irregular("prints " + std::to_string(text.size()) + " bytes for a short conversation");
  return text;
}

std::vector<std::string> ProbedTemplate::around(const std::vector<Message> &messages, bool prompt) const {
  const std::string text = render(messages, prompt);
  std::string_view rest = text;
  std::vector<std::string> around;
  for (const Message &message : messages) {
    const size_t found = rest.find(message.content);
    if (found == std::string_view::npos)
      throw Irregular("leaves out or changes a message");
    around.emplace_back(rest.substr(0, found));
    rest.remove_prefix(found + message.content.size());
  }
  around.emplace_back(rest);
  for (const std::string &piece : around)
    for (const Message &message : messages)
      if (piece.find(message.content) != std::string::npos)
        throw Irregular("prints a message twice");
  return around;
}

} // namespace weebill::chat
