//===- Filters.cpp - value | filter ---------------------------------------===//
//
// Tested by tests/unit/compiler/import/ChatTemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/JsonText.h"
#include "compiler/import/chat/Operations.h"
#include "compiler/import/chat/TextOperations.h"

#include <algorithm>

namespace weebill::chat {

using Kind = Value::Kind;

const Value *findArgument(const Arguments &arguments, size_t index, const std::string &name) {
  if (index < arguments.positional.size())
    return &arguments.positional[index];
  return findNamed(arguments, name);
}

const Value *findNamed(const Arguments &arguments, const std::string &name) {
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
  if (!hasPlainCase(text))
    progress.fail("changing the case of letters outside ASCII is not supported");
  return progress.text(change(text));
}

namespace {

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
  checkArguments(progress, "the filter 'join'", arguments, 0, 2, {"d", "attribute"});
  const Value *separator = findArgument(arguments, 0, "d");
  const std::string between = separator ? textOf(progress, *separator) : "";
  std::string result;
  const Attribute attribute(progress, findArgument(arguments, 1, "attribute"));
  const List items = itemsOf(progress, value);
  for (size_t i = 0; i < items.size(); ++i) {
    result += (i ? between : "") + textOf(progress, attribute.of(progress, items[i]));
    progress.charge(1 + between.size() / 16);
  }
  return progress.text(std::move(result));
}

Value toJson(Progress &progress, const Value &value, const Arguments &arguments) {
  checkArguments(progress, "the filter 'tojson'", arguments, 0, 0,
                 {"ensure_ascii", "indent", "separators", "sort_keys"});
  const auto given = [&](const char *name) -> const Value * {
    const Value *found = findArgument(arguments, 0, name);
    return found && !found->is(Kind::None) ? found : nullptr;
  };
  JsonStyle style;
  if (const Value *indent = given("indent")) {
    if (!indent->is(Kind::Integer) || indent->integer < 0 || indent->integer > 16)
      progress.fail("the filter 'tojson' with an indent that is no small number is not supported");
    style.indent = int(indent->integer);
  }
  if (const Value *pair = given("separators")) {
    const List both = pair->is(Kind::List) ? *pair->list : List();
    if (both.size() != 2 || !both[0].is(Kind::Text) || !both[1].is(Kind::Text))
      progress.fail("the filter 'tojson' with separators that are no two texts is not supported");
    style.separators = {both[0].text, both[1].text};
    progress.charge(value.weight * (both[0].text.size() + both[1].text.size()) / 16);
  }
  style.asciiOnly = given("ensure_ascii") && given("ensure_ascii")->isTrue();
  style.sortsKeys = given("sort_keys") && given("sort_keys")->isTrue();
  progress.charge(value.weight * (style.indent ? 16 : 1));
  std::string json;
  if (!appendJson(value, json, style))
    progress.fail("the filter 'tojson' for " + value.kindName() + " is not supported");
  return progress.text(std::move(json));
}

/// Lines behind the first get spaces before them, or another text; empty ones do not.
Value indentLines(Progress &progress, const Value &value, const Arguments &arguments) {
  checkArguments(progress, "the filter 'indent'", arguments, 0, 3, {"width", "first", "blank"});
  const Value *width = findArgument(arguments, 0, "width"), *first = findArgument(arguments, 1, "first"),
              *blank = findArgument(arguments, 2, "blank");
  if (!value.is(Kind::Text))
    progress.fail("the filter 'indent' for " + value.kindName() + " is not supported");
  if (width && !width->is(Kind::Text) && !(width->is(Kind::Integer) && width->integer >= 0 && width->integer <= 64))
    progress.fail("the filter 'indent' with a width that is no small number is not supported");
  const std::string before = !width                  ? "    "
                             : width->is(Kind::Text) ? width->text
                                                     : std::string(size_t(width->integer), ' ');
  std::string result;
  const std::string text = textOf(progress, value);
  progress.charge(text.size() * before.size() / 16);
  bool isFirst = true;
  for (const std::string &line : linesOf(text + "\n")) { // other line ends become this one
    result += isFirst ? "" : "\n";
    result += (isFirst ? first && first->isTrue() : !line.empty() || (blank && blank->isTrue())) ? before + line : line;
    isFirst = false;
  }
  return progress.text(std::move(result));
}

const FilterTable &filters() {
  using P = Progress;
  using V = const Value;
  using A = const Arguments;
  static const FilterTable table = {
      {"trim", trim},
      {"length", length},
      {"count", length},
      {"default", useDefault},
      {"d", useDefault},
      {"join", join},
      {"tojson", toJson},
      {"indent", indentLines},
      {"capitalize", [](P &p, V &v, A &) { return changeCase(p, v, capitalized); }},
      {"title", [](P &p, V &v, A &) { return changeCase(p, v, titleOfWords); }},
      {"upper", [](P &p, V &v, A &) { return changeCase(p, v, upperCase); }},
      {"lower", [](P &p, V &v, A &) { return changeCase(p, v, lowerCase); }},
      {"string", [](P &p, V &v, A &) { return p.text(textOf(p, v)); }},
      {"safe", [](P &p, V &v, A &) { return markup(p.text(textOf(p, v))); }},
      {"list", [](P &p, V &v, A &) { return Value::listOf(itemsOf(p, v)); }},
      {"replace", [](P &p, V &v, A &a) { return callMethod(p, Value::string(textOf(p, v)), "replace", a); }},
      {"items", [](P &p, V &v, A &a) { return callMethod(p, v, "items", a); }},
  };
  return table;
}

/// The others take the text out of markup.
bool keepsMarkup(const std::string &name) {
  constexpr std::string_view kNames[] = {"trim",   "upper",  "lower",  "capitalize",
                                         "indent", "center", "string", "reverse"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

} // namespace

Value applyFilter(Progress &progress, const std::string &name, const Value &value, const Arguments &arguments) {
  for (const FilterTable *table : {&filters(), &listFilters(), &orderFilters(), &groupFilters(), &numberFilters()})
    if (const auto found = table->find(name); found != table->end()) {
      if (name == "format" && value.isMarkup()) // Python escapes the arguments
        progress.fail("the filter 'format' of a text that is marked as safe is not supported");
      Value made = found->second(progress, value, arguments);
      return made.is(Kind::Text) && keepsMarkup(name) ? likeMarkup(value, std::move(made)) : made;
    }
  progress.fail("the filter '" + name + "' is not supported");
}

} // namespace weebill::chat
