//===- Methods.cpp - object.method(...) -----------------------------------===//
//
// Tested by tests/unit/compiler/import/ChatTemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/Operations.h"
#include "compiler/import/chat/TextOperations.h"

#include <algorithm>

namespace weebill::chat {

using Kind = Value::Kind;

namespace {

[[noreturn]] void refuseMethod(Progress &progress, const Value &object, const std::string &name) {
  progress.fail("the method '" + name + "' of " + object.kindName() + " is not supported");
}

const std::string &textArgument(Progress &progress, const std::string &what, const Arguments &arguments, size_t index) {
  const Value &value = arguments.positional[index];
  if (!value.is(Kind::Text))
    progress.fail(what + " with " + value.kindName() + " is not supported");
  return value.text;
}

Value stripText(Progress &progress, const std::string &text, const std::string &name, const Arguments &arguments) {
  const std::string what = "the method '" + name + "'";
  checkArguments(progress, what, arguments, 0, 1);
  std::string characters;
  if (!arguments.positional.empty() && !arguments.positional[0].is(Kind::None)) {
    characters = textArgument(progress, what, arguments, 0);
    if (characters.empty() || !isAscii(characters))
      progress.fail(what + " of characters outside ASCII, or none, is not supported");
  }
  const std::string_view result = name == "lstrip"   ? stripLeft(text, characters)
                                  : name == "rstrip" ? stripRight(text, characters)
                                                     : strip(text, characters);
  return progress.text(std::string(result));
}

Value splitText(Progress &progress, const std::string &text, const Arguments &arguments) {
  checkArguments(progress, "the method 'split'", arguments, 0, 2, {"sep", "maxsplit"});
  const Value *most = findArgument(arguments, 1, "maxsplit");
  if (most && !most->isNumber())
    progress.fail("the method 'split' with " + most->kindName() + " for 'maxsplit' is not supported");
  const Value *separator = findArgument(arguments, 0, "sep");
  const bool atWhiteSpace = !separator || separator->is(Kind::None);
  if (atWhiteSpace && most)
    progress.fail("the method 'split' with 'maxsplit' and no separator is not supported");
  if (!atWhiteSpace && (!separator->is(Kind::Text) || separator->text.empty()))
    progress.fail("the method 'split' needs a separator that is a text and not empty");
  const size_t atMost = most && most->integer >= 0 ? size_t(most->integer) : SIZE_MAX;
  List parts;
  for (std::string &part : atWhiteSpace ? splitAtWhiteSpace(text) : splitAt(text, separator->text, atMost))
    parts.push_back(Value::string(std::move(part)));
  progress.charge(parts.size() + text.size() / 16);
  return Value::listOf(std::move(parts));
}

/// partition, rpartition: what stands before a separator, it, and what stands behind it.
Value partText(Progress &progress, const std::string &text, const std::string &name, const Arguments &arguments) {
  checkArguments(progress, "the method '" + name + "'", arguments, 1, 1);
  const std::string &separator = textArgument(progress, "the method '" + name + "'", arguments, 0);
  if (separator.empty())
    progress.fail("the method '" + name + "' needs a separator that is not empty");
  const bool last = name == "rpartition";
  const size_t found = last ? text.rfind(separator) : text.find(separator);
  progress.charge(text.size() / 16);
  if (found == text.npos)
    return Value::tuple({Value::string(last ? "" : text), Value::string(""), Value::string(last ? text : "")});
  return Value::tuple({Value::string(text.substr(0, found)), Value::string(separator),
                       Value::string(text.substr(found + separator.size()))});
}

/// removeprefix, removesuffix.
Value removePart(Progress &progress, const std::string &text, const std::string &name, const Arguments &arguments) {
  checkArguments(progress, "the method '" + name + "'", arguments, 1, 1);
  const std::string &part = textArgument(progress, "the method '" + name + "'", arguments, 0);
  if (name == "removeprefix" && text.starts_with(part))
    return progress.text(text.substr(part.size()));
  if (name == "removesuffix" && text.ends_with(part))
    return progress.text(text.substr(0, text.size() - part.size()));
  return progress.text(text);
}

Value replaceText(Progress &progress, const std::string &text, const Arguments &arguments) {
  const std::string what = "the method 'replace'";
  checkArguments(progress, what, arguments, 2, 3, {"count"});
  const Value *count = findArgument(arguments, 2, "count");
  if (count && !count->is(Kind::None) && !count->isNumber())
    progress.fail(what + " with " + count->kindName() + " for 'count' is not supported");
  const std::string &from = textArgument(progress, what, arguments, 0),
                    &to = textArgument(progress, what, arguments, 1);
  if (from.empty())
    progress.fail(what + " of an empty text is not supported");
  progress.charge(text.size() / from.size() * (to.size() / 16 + 1));
  if (!count || count->is(Kind::None) || count->integer < 0)
    return progress.text(replaceAll(text, from, to));
  std::string result;
  const std::vector<std::string> parts = splitAt(text, from, size_t(count->integer));
  for (size_t i = 0; i < parts.size(); ++i)
    result += (i ? to : "") + parts[i];
  return progress.text(result);
}

Value callOnText(Progress &progress, const Value &object, const std::string &name, const Arguments &arguments) {
  const std::string &text = object.text;
  const std::string what = "the method '" + name + "'";
  if (name == "strip" || name == "lstrip" || name == "rstrip")
    return stripText(progress, text, name, arguments);
  if (name == "split")
    return splitText(progress, text, arguments);
  if (name == "partition" || name == "rpartition")
    return partText(progress, text, name, arguments);
  if (name == "removeprefix" || name == "removesuffix")
    return removePart(progress, text, name, arguments);
  if (name == "replace")
    return replaceText(progress, text, arguments);
  if (name == "upper" || name == "lower") {
    checkArguments(progress, what, arguments, 0, 0);
    return applyFilter(progress, name, object, arguments);
  }
  if (name == "title" || name == "capitalize") {
    checkArguments(progress, what, arguments, 0, 0);
    return changeCase(progress, object, name == "title" ? titleCase : capitalized);
  }
  if (name == "format")
    return formatText(progress, text, arguments);
  if (name == "startswith" || name == "endswith") {
    checkArguments(progress, what, arguments, 1, 1);
    const bool many = arguments.positional[0].isTuple();
    const Arguments parts{many ? *arguments.positional[0].list : arguments.positional, {}};
    bool any = false;
    for (size_t i = 0; i < parts.positional.size(); ++i) {
      const std::string &part = textArgument(progress, what, parts, i);
      any |= name == "startswith" ? text.starts_with(part) : text.ends_with(part);
    }
    return Value::boolean(any);
  }
  if (name == "join") {
    checkArguments(progress, what, arguments, 1, 1);
    Arguments separator;
    separator.positional.push_back(object);
    for (const Value &item : itemsOf(progress, arguments.positional[0]))
      if (!item.is(Kind::Text))
        progress.fail(what + " of " + item.kindName() + " is not supported");
    return applyFilter(progress, "join", arguments.positional[0], separator);
  }
  if (const auto found = textMethods().find(name); found != textMethods().end())
    return found->second(progress, text, name, arguments);
  refuseMethod(progress, object, name);
}

Value callOnList(Progress &progress, const Value &object, const std::string &name, const Arguments &arguments) {
  if (name != "count" && name != "index" && name != "copy")
    refuseMethod(progress, object, name);
  checkArguments(progress, "the method '" + name + "'", arguments, name == "copy" ? 0 : 1, name == "copy" ? 0 : 1);
  progress.charge(object.weight);
  if (name == "copy")
    return object;
  const List &items = *object.list;
  if (name == "count")
    return Value::number(std::count(items.begin(), items.end(), arguments.positional[0]));
  const auto found = std::find(items.begin(), items.end(), arguments.positional[0]);
  if (found == items.end())
    progress.fail("the method 'index' finds nothing");
  return Value::number(found - items.begin());
}

Value callOnDictionary(Progress &progress, const Value &object, const std::string &name, const Arguments &arguments) {
  const std::string what = "the method '" + name + "'";
  if (name == "get") {
    checkArguments(progress, what, arguments, 1, 2);
    const Value *entry = arguments.positional[0].is(Kind::Text) ? object.entry(arguments.positional[0].text) : nullptr;
    return entry ? *entry : arguments.positional.size() > 1 ? arguments.positional[1] : Value::none();
  }
  if (name == "items" || name == "keys" || name == "values") {
    checkArguments(progress, what, arguments, 0, 0);
    progress.charge(object.weight);
    List result;
    for (const auto &[key, value] : *object.entries) {
      if (name == "items")
        result.push_back(Value::tuple({Value::string(key), value}));
      else
        result.push_back(name == "keys" ? Value::string(key) : value);
    }
    return Value::sequence(std::move(result), Value::kView);
  }
  if (name == "copy") {
    checkArguments(progress, what, arguments, 0, 0);
    return object;
  }
  refuseMethod(progress, object, name);
}

/// Of markup: Python escapes what these put into a text.
bool takesWhatIsEscaped(const std::string &name, const Arguments &arguments) {
  const bool puts = name == "replace" || name == "ljust" || name == "rjust" || name == "center";
  return puts && std::any_of(arguments.positional.begin(), arguments.positional.end(), [](const Value &argument) {
           return argument.is(Kind::Text) && escaped(argument) != argument.text;
         });
}

} // namespace

Value callMethod(Progress &progress, const Value &object, const std::string &name, const Arguments &arguments) {
  if (object.is(Kind::Undefined))
    progress.fail("'" + object.text + "' is undefined, it has no method '" + name + "'");
  if (object.is(Kind::Text)) {
    if (object.isMarkup() && (name == "format" || name == "join" || takesWhatIsEscaped(name, arguments)))
      progress.fail("the method '" + name + "' of a text that is marked as safe is not supported with such arguments");
    return likeMarkup(object, callOnText(progress, object, name, arguments));
  }
  if (object.is(Kind::List))
    return callOnList(progress, object, name, arguments);
  if (object.is(Kind::Dictionary))
    return callOnDictionary(progress, object, name, arguments);
  refuseMethod(progress, object, name);
}

} // namespace weebill::chat
