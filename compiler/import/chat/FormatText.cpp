//===- FormatText.cpp - str.format ----------------------------------------===//
//
// Tested by tests/unit/compiler/import/ChatTemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/Operations.h"

namespace weebill::chat {

static const Value *argumentOf(Progress &progress, const std::string &field, size_t &next, const Arguments &arguments) {
  const bool number = field.find_first_not_of("0123456789") == std::string::npos;
  if (!number)
    return findNamed(arguments, field);
  if (field.size() > 3)
    progress.fail("the method 'format' with the field '{" + field + "}' is not supported");
  const size_t index = field.empty() ? next++ : size_t(std::stoi(field));
  return index < arguments.positional.size() ? &arguments.positional[index] : nullptr;
}

Value formatText(Progress &progress, const std::string &text, const Arguments &arguments) {
  std::string result;
  size_t next = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '{' && c != '}') {
      result += c;
      continue;
    }
    if (i + 1 < text.size() && text[i + 1] == c) { // written twice it stands for itself
      result += c;
      ++i;
      continue;
    }
    const size_t end = text.find('}', i);
    if (c == '}' || end == std::string::npos)
      progress.fail("the method 'format' of a text with a brace that has no other is not supported");
    const std::string field = text.substr(i + 1, end - i - 1);
    if (field.find_first_of(".[]:!{") != std::string::npos)
      progress.fail("the method 'format' with the field '{" + field + "}' is not supported");
    const Value *value = argumentOf(progress, field, next, arguments);
    if (!value)
      progress.fail("the method 'format' has no value for the field '{" + field + "}'");
    result += textOf(progress, *value);
    progress.charge(1 + result.size() / 64);
    i = end;
  }
  return progress.text(std::move(result));
}

} // namespace weebill::chat
