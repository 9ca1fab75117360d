//===- TemplateValues.cpp - What a template is given beside messages ------===//
//
// Tested by tests/unit/compiler/import/TemplateValuesTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/TemplateValues.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/chat/Operations.h"
#include "compiler/import/description/PositionedJson.h"
#include "compiler/import/gguf/MappedFile.h"

#include <algorithm>

namespace weebill::chat {

namespace {

using Kind = description::JsonValue::Kind;

/// Values of JSON that templates can have. `path`: where they stand.
Value valueOf(const std::string &path, const description::JsonValue &json) {
  switch (json.kind) {
  case Kind::Null:
    return Value::none();
  case Kind::Boolean:
    return Value::boolean(json.boolean);
  case Kind::Integer:
    return Value::number(json.integer);
  case Kind::Real:
    description::refuseAt(path, json.place, "a number with a point is nothing that templates have here");
  case Kind::Text:
    return Value::string(json.text);
  case Kind::List: {
    List items;
    for (const description::JsonValue &item : json.items)
      items.push_back(valueOf(path, item));
    return Value::listOf(std::move(items));
  }
  case Kind::Object: {
    Dictionary entries;
    for (const description::JsonMember &member : json.members)
      entries.emplace_back(member.key, valueOf(path, member.value));
    return Value::dictionary(std::move(entries));
  }
  }
  throw std::logic_error("a value of JSON of an unknown kind");
}

/// Inside a file that only has this value.
Value valueIn(const std::string &path, std::string_view text) {
  try {
    return valueOf(path, description::readPositionedJson(path, text));
  } catch (const std::length_error &error) { // from Value, which knows no files
    throw importer::InputError(path + ": " + error.what());
  }
}

bool isName(const std::string &text) {
  const auto fits = [](unsigned char c) { return c == '_' || (c < 128 && std::isalnum(c) != 0); };
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) == 0 &&
         std::all_of(text.begin(), text.end(), fits);
}

/// true, 5, "text" and the like as JSON has them; anything else is a text as it stands.
Value valueOfVariable(const std::string &text) {
  constexpr const char *kPath = "--template-variable";
  try {
    return valueIn(kPath, text);
  } catch (const importer::InputError &) {
    return Value::string(text);
  }
}

Value readTools(const std::string &path, std::string_view text) {
  constexpr size_t kLargest = 1 << 18;
  if (text.size() > kLargest)
    throw importer::InputError(path + ": has " + std::to_string(text.size()) + " bytes, more than the " +
                               std::to_string(kLargest) + " that are read of tools");
  Value tools = valueIn(path, text);
  if (!tools.is(Value::Kind::List) || tools.list->empty())
    throw importer::InputError(path + ": is no list of tools, as transformers' apply_chat_template takes it");
  for (const Value &tool : *tools.list)
    if (!tool.is(Value::Kind::Dictionary))
      throw importer::InputError(path + ": has a tool that is no object");
  return tools;
}

} // namespace

void noteUnused(const importer::TemplateInput &input, importer::ImportedModel &model) {
  if (const std::string given = readTemplateValues(input).given; !given.empty())
    model.notes.push_back("the model has no chat template that could be given " + given);
}

TemplateValues readTemplateValues(const importer::TemplateInput &input) {
  TemplateValues values;
  std::vector<std::string> given;
  if (!input.date.empty()) {
    if (!isDate(input.date))
      throw importer::InputError("--date: " + importer::quoted(input.date) + " is no day, as 2026-11-26 is");
    values.date = input.date;
    given.push_back("the date " + input.date);
  }
  for (const std::string &variable : input.variables) {
    const size_t equals = variable.find('=');
    const std::string name = variable.substr(0, equals);
    if (equals == std::string::npos || !isName(name))
      throw importer::InputError("--template-variable: " + importer::quoted(variable) +
                                 " is not NAME=VALUE with a name of letters, digits and '_'");
    for (const char *own : {"messages", "tools", "documents", "add_generation_prompt", "bos_token", "eos_token"})
      if (name == own)
        throw importer::InputError("--template-variable: " + importer::quoted(name) + " is given by Weebill");
    values.variables.emplace_back(name, valueOfVariable(variable.substr(equals + 1)));
    given.push_back(importer::printable(variable));
  }
  if (!input.tools.empty())
    values.tools = readTools(input.tools, gguf::MappedFile(input.tools).bytes());
  else if (!input.toolsText.empty())
    values.tools = readTools("tools", input.toolsText);
  if (values.tools.is(Value::Kind::List)) {
    given.push_back(importer::counted(int64_t(values.tools.list->size()), "tool"));
  }
  for (size_t i = 0; i < given.size(); ++i)
    values.given += (i ? ", " : "") + given[i];
  return values;
}

} // namespace weebill::chat
