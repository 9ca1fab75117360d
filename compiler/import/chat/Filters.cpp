//===- Filters.cpp - value | filter ---------------------------------------===//
//
// Tested by tests/unit/compiler/import/ChatTemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/Operations.h"
#include "compiler/import/chat/TextOperations.h"

#include <algorithm>
#include <map>

namespace weebill::chat {

using Kind = Value::Kind;

const Value *findArgument(const Arguments &arguments, size_t index, const std::string &name) {
  if (index < arguments.positional.size())
    return &arguments.positional[index];
  for (const auto &[key, value] : arguments.named)
    if (key == name)
      return &value;
  return nullptr;
}

void checkArguments(Progress &progress, const std::string &what, const Arguments &arguments, size_t least, size_t most,
                    const std::vector<std::string> &names) {
  const size_t count = arguments.positional.size();
  if (count < least || count > most)
    progress.fail(what + " with " + std::to_string(count) + " arguments is not supported");
  for (const auto &[name, value] : arguments.named)
    if (std::find(names.begin(), names.end(), name) == names.end())
      progress.fail(what + " with the argument '" + name + "' is not supported");
}

Value changeCase(Progress &progress, const Value &value, std::string (*change)(std::string_view)) {
  const std::string text = textOf(progress, value);
  if (!isAscii(text))
    progress.fail("changing the case of letters outside ASCII is not supported");
  return progress.text(change(text));
}

namespace {

using Filter = Value (*)(Progress &, const Value &, const Arguments &);

Value trim(Progress &progress, const Value &value, const Arguments &arguments) {
  checkArguments(progress, "the filter 'trim'", arguments, 0, 1, {"chars"});
  const Value *characters = findArgument(arguments, 0, "chars");
  if (characters && (!characters->is(Kind::Text) || characters->text.empty() || !isAscii(characters->text)))
    progress.fail("the filter 'trim' with " + characters->kindName() + " is not supported");
  const std::string text = textOf(progress, value);
  return progress.text(std::string(strip(text, characters ? characters->text : "")));
}

Value length(Progress &progress, const Value &value, const Arguments &arguments) {
  checkArguments(progress, "the filter 'length'", arguments, 0, 0);
  return Value::number(int64_t(itemsOf(progress, value).size()));
}

Value useDefault(Progress &progress, const Value &value, const Arguments &arguments) {
  checkArguments(progress, "the filter 'default'", arguments, 0, 2, {"default_value", "boolean"});
  const Value *other = findArgument(arguments, 0, "default_value");
  const Value *alsoFalse = findArgument(arguments, 1, "boolean");
  const bool missing = value.is(Kind::Undefined) || (alsoFalse && alsoFalse->isTrue() && !value.isTrue());
  return missing ? (other ? *other : Value::string("")) : value;
}

Value join(Progress &progress, const Value &value, const Arguments &arguments) {
  checkArguments(progress, "the filter 'join'", arguments, 0, 1, {"d"});
  const Value *separator = findArgument(arguments, 0, "d");
  const std::string between = separator ? textOf(progress, *separator) : "";
  std::string result;
  const List items = itemsOf(progress, value);
  for (size_t i = 0; i < items.size(); ++i) {
    result += (i ? between : "") + textOf(progress, items[i]);
    progress.charge(1 + between.size() / 16);
  }
  return progress.text(std::move(result));
}

Value toJson(Progress &progress, const Value &value, const Arguments &arguments) {
  checkArguments(progress, "the filter 'tojson'", arguments, 0, 0, {"indent"});
  const Value *indent = findArgument(arguments, 0, "indent");
  const bool broken = indent && !indent->is(Kind::None);
  if (broken && (!indent->is(Kind::Integer) || indent->integer < 0 || indent->integer > 16))
    progress.fail("the filter 'tojson' with an indent that is no small number is not supported");
  progress.charge(value.weight * (broken ? 16 : 1));
  std::string json;
  if (!appendJson(value, json, broken ? std::optional(int(indent->integer)) : std::nullopt))
    progress.fail("the filter 'tojson' for " + value.kindName() + " is not supported");
  return progress.text(std::move(json));
}

Value toInteger(Progress &progress, const Value &value, const Arguments &arguments) {
  checkArguments(progress, "the filter 'int'", arguments, 0, 0);
  if (!value.isNumber())
    progress.fail("the filter 'int' for " + value.kindName() + " is not supported");
  return Value::number(value.integer);
}

Value firstOrLast(Progress &progress, const Value &value, bool last) {
  const List items = itemsOf(progress, value);
  if (items.empty())
    return Value::undefined("first or last item");
  return last ? items.back() : items.front();
}

Value reverse(Progress &progress, const Value &value, const Arguments &arguments) {
  checkArguments(progress, "the filter 'reverse'", arguments, 0, 0);
  return getSlice(progress, value, Value::none(), Value::none(), Value::number(-1));
}

/// selectattr, rejectattr: the items whose attribute passes a test, or does not.
Value selectByAttribute(Progress &progress, const Value &value, const Arguments &arguments, bool wanted) {
  checkArguments(progress, "the filter 'selectattr'", arguments, 1, 3);
  const Value &attribute = arguments.positional[0];
  if (!attribute.is(Kind::Text) || attribute.text.find('.') != std::string::npos)
    progress.fail("the filter 'selectattr' by " + attribute.kindName() + " is not supported");
  List chosen;
  for (const Value &item : itemsOf(progress, value)) {
    const Value found = getAttribute(progress, item, attribute.text);
    bool passes = found.isTrue();
    if (arguments.positional.size() > 1) {
      Arguments rest;
      rest.positional.assign(arguments.positional.begin() + 2, arguments.positional.end());
      passes = applyTest(progress, textOf(progress, arguments.positional[1]), found, rest);
    }
    if (passes == wanted)
      chosen.push_back(item);
  }
  return Value::listOf(std::move(chosen));
}

Value mapAttribute(Progress &progress, const Value &value, const Arguments &arguments) {
  checkArguments(progress, "the filter 'map'", arguments, 0, 0, {"attribute"});
  const Value *attribute = findArgument(arguments, 0, "attribute");
  if (!attribute || !attribute->is(Kind::Text))
    progress.fail("the filter 'map' without an attribute's name is not supported");
  List result;
  for (const Value &item : itemsOf(progress, value))
    result.push_back(getItem(progress, item, *attribute));
  return Value::listOf(std::move(result));
}

const std::map<std::string, Filter> &filters() {
  using P = Progress;
  using V = const Value;
  using A = const Arguments;
  static const std::map<std::string, Filter> table = {
      {"trim", trim},
      {"length", length},
      {"count", length},
      {"default", useDefault},
      {"d", useDefault},
      {"join", join},
      {"tojson", toJson},
      {"int", toInteger},
      {"reverse", reverse},
      {"map", mapAttribute},
      {"capitalize", [](P &p, V &v, A &) { return changeCase(p, v, capitalized); }},
      {"title", [](P &p, V &v, A &) { return changeCase(p, v, titleOfWords); }},
      {"upper", [](P &p, V &v, A &) { return changeCase(p, v, upperCase); }},
      {"lower", [](P &p, V &v, A &) { return changeCase(p, v, lowerCase); }},
      {"string", [](P &p, V &v, A &) { return p.text(textOf(p, v)); }},
      {"safe", [](P &p, V &v, A &) { return p.text(textOf(p, v)); }},
      {"list", [](P &p, V &v, A &) { return Value::listOf(itemsOf(p, v)); }},
      {"first", [](P &p, V &v, A &) { return firstOrLast(p, v, false); }},
      {"last", [](P &p, V &v, A &) { return firstOrLast(p, v, true); }},
      {"selectattr", [](P &p, V &v, A &a) { return selectByAttribute(p, v, a, true); }},
      {"rejectattr", [](P &p, V &v, A &a) { return selectByAttribute(p, v, a, false); }},
      {"replace", [](P &p, V &v, A &a) { return callMethod(p, Value::string(textOf(p, v)), "replace", a); }},
      {"items", [](P &p, V &v, A &a) { return callMethod(p, v, "items", a); }},
  };
  return table;
}

} // namespace

Value applyFilter(Progress &progress, const std::string &name, const Value &value, const Arguments &arguments) {
  const auto found = filters().find(name);
  if (found == filters().end())
    progress.fail("the filter '" + name + "' is not supported");
  return found->second(progress, value, arguments);
}

} // namespace weebill::chat
