//===- ListFilters.cpp - list | filter ------------------------------------===//
//
// Tested by tests/unit/compiler/import/ChatTemplateTest.cpp and tests/python/test_chat_templates.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/Operations.h"
#include "compiler/import/chat/TextOperations.h"

#include <algorithm>

namespace weebill::chat {

using Kind = Value::Kind;

namespace {

Value firstOrLast(Progress &progress, const Value &value, bool last) {
  const List items = itemsOf(progress, value);
  if (items.empty())
    return Value::undefined("first or last item");
  return last ? items.back() : items.front();
}

Value reverse(Progress &progress, const Value &value, const Arguments &arguments) {
  checkArguments(progress, "the filter 'reverse'", arguments, 0, 0);
  if (value.is(Kind::Text))
    return getSlice(progress, value, Value::none(), Value::none(), Value::number(-1));
  List items = itemsOf(progress, value);
  std::reverse(items.begin(), items.end());
  return Value::sequence(std::move(items), Value::kGenerator);
}

/// `item` by the test that arguments from `first` on name, or by its own truth.
bool passes(Progress &progress, const Value &item, const Arguments &arguments, size_t first) {
  if (arguments.positional.size() <= first)
    return item.isTrue();
  Arguments rest;
  rest.positional.assign(arguments.positional.begin() + ptrdiff_t(first) + 1, arguments.positional.end());
  return applyTest(progress, textOf(progress, arguments.positional[first]), item, rest);
}

/// select, reject: the items that pass a test, or do not.
Value selectItems(Progress &progress, const Value &value, const Arguments &arguments, bool wanted) {
  checkArguments(progress, "the filter 'select'", arguments, 0, 2);
  List chosen;
  for (const Value &item : itemsOf(progress, value))
    if (passes(progress, item, arguments, 0) == wanted)
      chosen.push_back(item);
  return Value::sequence(std::move(chosen), Value::kGenerator);
}

/// selectattr, rejectattr: the items whose attribute passes a test, or does not.
Value selectByAttribute(Progress &progress, const Value &value, const Arguments &arguments, bool wanted) {
  checkArguments(progress, "the filter 'selectattr'", arguments, 1, 3);
  const Attribute attribute(progress, &arguments.positional[0]);
  List chosen;
  for (const Value &item : itemsOf(progress, value))
    if (passes(progress, attribute.of(progress, item), arguments, 1) == wanted)
      chosen.push_back(item);
  return Value::sequence(std::move(chosen), Value::kGenerator);
}

/// map: an attribute of every item, or a filter on each, which all arguments behind its name go to.
Value mapItems(Progress &progress, const Value &value, const Arguments &arguments) {
  List result;
  if (arguments.positional.empty()) {
    checkArguments(progress, "the filter 'map'", arguments, 0, 0, {"attribute", "default"});
    const Value *given = findNamed(arguments, "attribute"), *otherwise = findNamed(arguments, "default");
    if (!given)
      progress.fail("the filter 'map' without the name of an attribute or a filter is not supported");
    const Attribute attribute(progress, given);
    for (const Value &item : itemsOf(progress, value))
      result.push_back(attribute.of(progress, item, otherwise && !otherwise->is(Kind::None) ? otherwise : nullptr));
    return Value::sequence(std::move(result), Value::kGenerator);
  }
  Arguments rest = arguments;
  rest.positional.erase(rest.positional.begin());
  for (const Value &item : itemsOf(progress, value))
    result.push_back(applyFilter(progress, textOf(progress, arguments.positional[0]), item, rest));
  return Value::sequence(std::move(result), Value::kGenerator);
}

} // namespace

const FilterTable &listFilters() {
  using P = Progress;
  using V = const Value;
  using A = const Arguments;
  static const FilterTable table = {
      {"reverse", reverse},
      {"map", mapItems},
      {"first", [](P &p, V &v, A &) { return firstOrLast(p, v, false); }},
      {"last", [](P &p, V &v, A &) { return firstOrLast(p, v, true); }},
      {"select", [](P &p, V &v, A &a) { return selectItems(p, v, a, true); }},
      {"reject", [](P &p, V &v, A &a) { return selectItems(p, v, a, false); }},
      {"selectattr", [](P &p, V &v, A &a) { return selectByAttribute(p, v, a, true); }},
      {"rejectattr", [](P &p, V &v, A &a) { return selectByAttribute(p, v, a, false); }},
  };
  return table;
}

} // namespace weebill::chat
