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
  const Value &attribute = arguments.positional[0];
  if (!attribute.is(Kind::Text) || attribute.text.find('.') != std::string::npos)
    progress.fail("the filter 'selectattr' by " + attribute.kindName() + " is not supported");
  List chosen;
  for (const Value &item : itemsOf(progress, value))
    if (passes(progress, getAttribute(progress, item, attribute.text), arguments, 1) == wanted)
      chosen.push_back(item);
  return Value::sequence(std::move(chosen), Value::kGenerator);
}

/// map: an attribute of every item, or a filter on each.
Value mapItems(Progress &progress, const Value &value, const Arguments &arguments) {
  checkArguments(progress, "the filter 'map'", arguments, 0, 8, {"attribute", "default"});
  const Value *otherwise = findNamed(arguments, "default");
  const Value *attribute = findNamed(arguments, "attribute");
  const bool byFilter = !attribute && !arguments.positional.empty() && arguments.positional[0].is(Kind::Text);
  if (!byFilter && (!attribute || !attribute->is(Kind::Text) || attribute->text.find('.') != std::string::npos))
    progress.fail("the filter 'map' without the name of an attribute or a filter is not supported");
  Arguments rest;
  if (byFilter)
    rest.positional.assign(arguments.positional.begin() + 1, arguments.positional.end());
  List result;
  for (const Value &item : itemsOf(progress, value)) {
    Value made = byFilter ? applyFilter(progress, arguments.positional[0].text, item, rest)
                          : getItem(progress, item, *attribute);
    result.push_back(made.is(Kind::Undefined) && otherwise && !byFilter ? *otherwise : std::move(made));
  }
  return Value::sequence(std::move(result), Value::kGenerator);
}

/// Jinja compares texts without their case.
Value sortKey(Progress &progress, const Value &value, bool withCase) {
  return value.is(Kind::Text) && !withCase ? changeCase(progress, value, lowerCase) : value;
}

bool isLess(Progress &progress, const Value &a, const Value &b) {
  progress.charge(1 + std::min(a.weight, b.weight));
  return applyComparison(progress, "<", a, b);
}

Value sortItems(Progress &progress, const Value &value, const Arguments &arguments) {
  checkArguments(progress, "the filter 'sort'", arguments, 0, 2, {"reverse", "case_sensitive", "attribute"});
  const Value *reverse = findArgument(arguments, 0, "reverse"),
              *withCase = findArgument(arguments, 1, "case_sensitive"), *attribute = findNamed(arguments, "attribute");
  std::vector<std::pair<Value, Value>> keyed;
  for (const Value &item : itemsOf(progress, value))
    keyed.emplace_back(
        sortKey(progress, attribute ? getItem(progress, item, *attribute) : item, withCase && withCase->isTrue()),
        item);
  const bool backwards = reverse && reverse->isTrue();
  std::stable_sort(keyed.begin(), keyed.end(), [&](const auto &a, const auto &b) {
    return backwards ? isLess(progress, b.first, a.first) : isLess(progress, a.first, b.first);
  });
  List sorted;
  for (const auto &[key, item] : keyed)
    sorted.push_back(item);
  return Value::listOf(std::move(sorted));
}

/// The entries of a dictionary in the order of their keys.
Value sortEntries(Progress &progress, const Value &value, const Arguments &arguments) {
  checkArguments(progress, "the filter 'dictsort'", arguments, 0, 0);
  if (!value.is(Kind::Dictionary))
    progress.fail("the filter 'dictsort' for " + value.kindName() + " is not supported");
  List keys;
  for (const auto &[key, item] : *value.entries)
    keys.push_back(Value::string(key));
  const Value sorted = sortItems(progress, Value::listOf(std::move(keys)), {});
  List entries;
  for (const Value &key : *sorted.list)
    entries.push_back(Value::tuple({key, *value.entry(key.text)}));
  return Value::listOf(std::move(entries));
}

/// Each item once, where it stands first.
Value uniqueItems(Progress &progress, const Value &value, const Arguments &arguments) {
  checkArguments(progress, "the filter 'unique'", arguments, 0, 2, {"case_sensitive", "attribute"});
  const Value *withCase = findArgument(arguments, 0, "case_sensitive"),
              *attribute = findArgument(arguments, 1, "attribute");
  List kept, keys;
  for (const Value &item : itemsOf(progress, value)) {
    const Value key = sortKey(progress, itemOrAttribute(progress, item, attribute), withCase && withCase->isTrue());
    if (key.is(Kind::List) || key.is(Kind::Dictionary))
      progress.fail("the filter 'unique' of " + key.kindName() + " is not supported");
    progress.charge(keys.size());
    if (std::find(keys.begin(), keys.end(), key) != keys.end())
      continue;
    keys.push_back(key);
    kept.push_back(item);
  }
  return Value::sequence(std::move(kept), Value::kGenerator);
}

Value leastOrMost(Progress &progress, const Value &value, const Arguments &arguments, bool most) {
  checkArguments(progress, most ? "the filter 'max'" : "the filter 'min'", arguments, 0, 0);
  const List items = itemsOf(progress, value);
  if (items.empty())
    return Value::undefined("the least or most of nothing");
  Value found = items[0];
  for (const Value &item : items) {
    const Value key = sortKey(progress, item, false), best = sortKey(progress, found, false);
    if (most ? isLess(progress, best, key) : isLess(progress, key, best))
      found = item;
  }
  return found;
}

} // namespace

const FilterTable &listFilters() {
  using P = Progress;
  using V = const Value;
  using A = const Arguments;
  static const FilterTable table = {
      {"reverse", reverse},
      {"map", mapItems},
      {"sort", sortItems},
      {"dictsort", sortEntries},
      {"unique", uniqueItems},
      {"first", [](P &p, V &v, A &) { return firstOrLast(p, v, false); }},
      {"last", [](P &p, V &v, A &) { return firstOrLast(p, v, true); }},
      {"min", [](P &p, V &v, A &a) { return leastOrMost(p, v, a, false); }},
      {"max", [](P &p, V &v, A &a) { return leastOrMost(p, v, a, true); }},
      {"select", [](P &p, V &v, A &a) { return selectItems(p, v, a, true); }},
      {"reject", [](P &p, V &v, A &a) { return selectItems(p, v, a, false); }},
      {"selectattr", [](P &p, V &v, A &a) { return selectByAttribute(p, v, a, true); }},
      {"rejectattr", [](P &p, V &v, A &a) { return selectByAttribute(p, v, a, false); }},
  };
  return table;
}

} // namespace weebill::chat
