//===- Subscripts.cpp - a.b, a[b], a[b:c:d] -------------------------------===//
//
// Tested by tests/unit/compiler/import/ChatTemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/Operations.h"
#include "compiler/import/chat/TextOperations.h"

#include <algorithm>

namespace weebill::chat {

using Kind = Value::Kind;

/// As far as templates may look at them.
static bool isMethod(const Value &base, const std::string &name) {
  if (base.is(Kind::Text))
    return isTextMethod(name);
  if (base.is(Kind::List))
    return base.hasItems() && (name == "count" || name == "index" || (name == "copy" && base.integer == Value::kList));
  constexpr std::string_view kNames[] = {"copy", "fromkeys", "get", "items", "keys", "values"};
  return base.is(Kind::Dictionary) && std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

static Value entryOf(const Value &base, const std::string &name) {
  if (base.is(Kind::Dictionary) || base.is(Kind::Namespace))
    if (const Value *entry = base.entry(name))
      return *entry;
  if (base.is(Kind::List) && base.integer == Value::kGroup && (name == "grouper" || name == "list"))
    return (*base.list)[name == "list"];
  return Value::undefined(name);
}

Value getAttribute(Progress &progress, const Value &base, const std::string &name) {
  if (base.is(Kind::Undefined))
    progress.fail("'" + base.text + "' is undefined, it has no '" + name + "'");
  if (isMethod(base, name)) // goes before an entry of that name
    return Value::function("method " + name);
  return entryOf(base, name);
}

Value getItem(Progress &progress, const Value &base, const Value &index) {
  if (base.is(Kind::Undefined))
    progress.fail("'" + base.text + "' is undefined, it has no items");
  if (index.is(Kind::Text)) {
    Value entry = entryOf(base, index.text);
    return entry.is(Kind::Undefined) ? getAttribute(progress, base, index.text) : entry;
  }
  if (base.is(Kind::List) && !base.hasItems())
    return Value::undefined("item");
  if (index.isNumber() && (base.is(Kind::List) || base.is(Kind::Text))) {
    const List items = itemsOf(progress, base);
    const int64_t size = int64_t(items.size());
    const int64_t position = index.integer < 0 ? index.integer + size : index.integer;
    return position >= 0 && position < size ? likeMarkup(base, items[size_t(position)])
                                            : Value::undefined("item " + std::to_string(index.integer));
  }
  return Value::undefined("item");
}

Value getSlice(Progress &progress, const Value &base, const Value &start, const Value &stop, const Value &step) {
  if (!base.hasItems() && !base.is(Kind::Text))
    progress.fail("a slice of " + base.kindName() + " is not supported");
  for (const Value *part : {&start, &stop, &step})
    if (!part->is(Kind::None) && !part->isNumber())
      progress.fail("a slice with " + part->kindName() + " is not supported");
  const int64_t by = step.is(Kind::None) ? 1 : step.integer;
  if (by == 0)
    progress.fail("a slice has step 0");

  const List items = itemsOf(progress, base);
  const int64_t size = int64_t(items.size());
  // As slice.indices: forwards, positions lie in 0..size, backwards in -1..size-1.
  const int64_t lowest = by < 0 ? -1 : 0, highest = by < 0 ? size - 1 : size;
  const auto position = [&](const Value &part, int64_t missing) {
    if (part.is(Kind::None))
      return missing;
    const int64_t fromFront = part.integer < 0 ? part.integer + size : part.integer;
    return std::clamp(fromFront, lowest, highest);
  };
  const int64_t first = position(start, by < 0 ? highest : lowest), last = position(stop, by < 0 ? lowest : highest);
  List chosen;
  const int64_t stride = std::clamp(by, -size - 1, size + 1); // a longer one chooses the same, and cannot overflow
  for (int64_t i = first; by < 0 ? i > last : i < last; i += stride)
    chosen.push_back(items[size_t(i)]);
  if (base.is(Kind::List))
    return Value::sequence(std::move(chosen), base.isTuple()                  ? Value::kTuple
                                              : base.integer == Value::kRange ? Value::kRange
                                                                              : Value::kList);
  std::string text;
  for (const Value &character : chosen)
    text += character.text;
  return likeMarkup(base, progress.text(std::move(text)));
}

} // namespace weebill::chat
