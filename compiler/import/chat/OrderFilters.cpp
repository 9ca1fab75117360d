//===- OrderFilters.cpp - Filters that compare items ----------------------===//
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

/// Jinja compares texts without their case.
Value sortKey(Progress &progress, const Value &value, bool withCase) {
  return value.is(Kind::Text) && !withCase ? changeCase(progress, value, lowerCase) : value;
}

bool isLess(Progress &progress, const Value &a, const Value &b) {
  progress.charge(1 + std::min(a.weight, b.weight));
  return applyComparison(progress, "<", a, b);
}

/// Python's order of lists: the first items that differ decide.
bool isLessList(Progress &progress, const List &a, const List &b) {
  for (size_t i = 0; i < a.size(); ++i) {
    progress.charge(1 + std::min(a[i].weight, b[i].weight));
    if (!(a[i] == b[i]))
      return isLess(progress, a[i], b[i]);
  }
  return false;
}

using Keyed = std::pair<List, Value>; // what an item is sorted by, and it

template <class Less> List sorted(std::vector<Keyed> keyed, bool backwards, Less isLess) {
  std::stable_sort(keyed.begin(), keyed.end(), [&](const Keyed &a, const Keyed &b) {
    return backwards ? isLess(b.first, a.first) : isLess(a.first, b.first);
  });
  List items;
  for (Keyed &one : keyed)
    items.push_back(std::move(one.second));
  return items;
}

Value sortItems(Progress &progress, const Value &value, const Arguments &arguments) {
  checkArguments(progress, "the filter 'sort'", arguments, 0, 3, {"reverse", "case_sensitive", "attribute"});
  const Value *reverse = findArgument(arguments, 0, "reverse"),
              *withCase = findArgument(arguments, 1, "case_sensitive");
  const std::vector<Attribute> attributes = attributesOf(progress, findArgument(arguments, 2, "attribute"));
  std::vector<Keyed> keyed;
  for (const Value &item : itemsOf(progress, value)) {
    List keys;
    for (const Attribute &attribute : attributes)
      keys.push_back(sortKey(progress, attribute.of(progress, item), withCase && withCase->isTrue()));
    keyed.emplace_back(std::move(keys), item);
  }
  return Value::listOf(sorted(std::move(keyed), reverse && reverse->isTrue(),
                              [&](const List &a, const List &b) { return isLessList(progress, a, b); }));
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
  const Value *withCase = findArgument(arguments, 0, "case_sensitive");
  const Attribute attribute(progress, findArgument(arguments, 1, "attribute"));
  List kept, keys;
  for (const Value &item : itemsOf(progress, value)) {
    const Value key = sortKey(progress, attribute.of(progress, item), withCase && withCase->isTrue());
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
  checkArguments(progress, most ? "the filter 'max'" : "the filter 'min'", arguments, 0, 2,
                 {"case_sensitive", "attribute"});
  const Value *withCase = findArgument(arguments, 0, "case_sensitive");
  const Attribute attribute(progress, findArgument(arguments, 1, "attribute"));
  const auto keyOf = [&](const Value &item) {
    return sortKey(progress, attribute.of(progress, item), withCase && withCase->isTrue());
  };
  const List items = itemsOf(progress, value);
  if (items.empty())
    return Value::undefined("the least or most of nothing");
  size_t found = 0;
  Value best = keyOf(items[0]);
  for (size_t i = 1; i < items.size(); ++i) {
    Value key = keyOf(items[i]);
    if (most ? isLess(progress, best, key) : isLess(progress, key, best)) {
      found = i;
      best = std::move(key);
    }
  }
  return items[found];
}

/// Pairs of what items have in common and a list of them, in its order.
Value groupBy(Progress &progress, const Value &value, const Arguments &arguments) {
  checkArguments(progress, "the filter 'groupby'", arguments, 0, 1, {"attribute"});
  const Value *given = findArgument(arguments, 0, "attribute");
  if (!given)
    progress.fail("the filter 'groupby' without an attribute is not supported");
  const Attribute attribute(progress, given);
  std::vector<Keyed> keyed;
  for (const Value &item : itemsOf(progress, value))
    keyed.emplace_back(List{sortKey(progress, attribute.of(progress, item), false)}, item);
  const List items =
      sorted(std::move(keyed), false, [&](const List &a, const List &b) { return isLess(progress, a[0], b[0]); });
  List groups, group;
  Value key, common; // common: as it stands in the group's first item
  const auto close = [&] {
    if (!group.empty())
      groups.push_back(Value::sequence({common, Value::listOf(std::exchange(group, {}))}, Value::kGroup));
  };
  for (const Value &item : items) {
    const Value own = attribute.of(progress, item);
    Value ownKey = sortKey(progress, own, false);
    if (group.empty() || !(key == ownKey)) {
      close();
      common = own;
      key = std::move(ownKey);
    }
    group.push_back(item);
  }
  close();
  return Value::listOf(std::move(groups));
}

} // namespace

const FilterTable &orderFilters() {
  using P = Progress;
  using V = const Value;
  using A = const Arguments;
  static const FilterTable table = {
      {"sort", sortItems},
      {"dictsort", sortEntries},
      {"unique", uniqueItems},
      {"groupby", groupBy},
      {"min", [](P &p, V &v, A &a) { return leastOrMost(p, v, a, false); }},
      {"max", [](P &p, V &v, A &a) { return leastOrMost(p, v, a, true); }},
  };
  return table;
}

} // namespace weebill::chat
