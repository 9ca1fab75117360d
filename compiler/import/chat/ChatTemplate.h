//===- ChatTemplate.h - A chat template, ready to be rendered ----*- C++ -*-===//
//
// The subset of Jinja that chat templates use on plain conversations. Rendering gives the bytes that jinja2 gives with
// trim_blocks and lstrip_blocks, or an error that names what is beyond the subset. Tested by
// tests/unit/compiler/import/ChatTemplateTest.cpp and tests/python/test_chat_templates.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_CHAT_CHATTEMPLATE_H
#define WEEBILL_COMPILER_IMPORT_CHAT_CHATTEMPLATE_H

#include "compiler/import/chat/Syntax.h"
#include "compiler/import/chat/TemplateError.h"
#include "compiler/import/chat/TemplateValues.h"

#include <string>
#include <utility>
#include <vector>

namespace weebill::chat {

/// Of a tool, by the model.
struct ToolCall {
  std::string name;
  Value arguments; // a dictionary
};

struct Message {
  std::string role, content;
  std::vector<ToolCall> calls = {};
};

/// Texts of the model's special tokens by the names of their variables, "bos_token"; a model without one leaves the
/// variable undefined.
using NamedTexts = std::vector<std::pair<std::string, std::string>>;

class ChatTemplate {
public:
  /// `input`: what is given beside messages; its tools are read already. Throws TemplateError.
  ChatTemplate(const std::string &source, NamedTexts special, const TemplateValues &input = {});

  /// The conversation as text. Throws TemplateError.
  std::string render(const std::vector<Message> &messages, bool addGenerationPrompt) const;

private:
  std::vector<Statement> statements;
  NamedTexts special;
  TemplateValues input;
};

} // namespace weebill::chat

#endif // WEEBILL_COMPILER_IMPORT_CHAT_CHATTEMPLATE_H
