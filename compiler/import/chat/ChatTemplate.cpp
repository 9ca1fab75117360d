//===- ChatTemplate.cpp - A chat template, ready to be rendered -----------===//
//
// Tested by tests/unit/compiler/import/ChatTemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/ChatTemplate.h"

#include "compiler/import/chat/Evaluator.h"
#include "compiler/import/chat/TemplateParser.h"

namespace weebill::chat {

static const std::string &checkSize(const std::string &source) {
  constexpr size_t kLargest = 128 << 10;
  if (source.size() > kLargest)
    throw TemplateError(1, "the template has " + std::to_string(source.size()) + " bytes, at most " +
                               std::to_string(kLargest) + " are supported");
  return source;
}

ChatTemplate::ChatTemplate(const std::string &source, NamedTexts special, const TemplateValues &input)
    : statements(parseTemplate(checkSize(source))), special(std::move(special)), input(input) {}

/// As transformers has them. There is no "id": what is printed of one could not be known.
static Value callsOf(const Message &message) {
  List calls;
  for (const ToolCall &call : message.calls)
    calls.push_back(Value::dictionary(
        {{"type", Value::string("function")},
         {"function", Value::dictionary({{"name", Value::string(call.name)}, {"arguments", call.arguments}})}}));
  return Value::listOf(std::move(calls));
}

static Value valueOf(const Message &message) {
  Dictionary entries = {{"role", Value::string(message.role)}, {"content", Value::string(message.content)}};
  if (!message.calls.empty())
    entries.emplace_back("tool_calls", callsOf(message));
  return Value::dictionary(std::move(entries));
}

std::string ChatTemplate::render(const std::vector<Message> &messages, bool addGenerationPrompt) const {
  List list;
  for (const Message &message : messages)
    list.push_back(valueOf(message));
  Dictionary variables = {
      {"messages", Value::listOf(std::move(list))},
      {"add_generation_prompt", Value::boolean(addGenerationPrompt)},
      {"tools", input.tools}, // none is defined, as transformers passes it
      {"documents", Value::none()},
  };
  for (const auto &[name, text] : special)
    variables.emplace_back(name, Value::string(text));
  for (const auto &[name, value] : input.variables)
    variables.emplace_back(name, value);
  return Evaluator(std::move(variables), input.date).run(statements);
}

} // namespace weebill::chat
