//===- GroupFilters.cpp - Lists of lists, and what is seldom asked for ----===//
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

int64_t countArgument(Progress &progress, const std::string &what, const Arguments &arguments) {
  const Value *count = findArgument(arguments, 0, what == "batch" ? "linecount" : "slices");
  constexpr int64_t kMost = 10000;
  if (!count || !count->is(Kind::Integer) || count->integer < 1 || count->integer > kMost)
    progress.fail("the filter '" + what + "' without a small number above 0 is not supported");
  return count->integer;
}

/// Lists of as many items; the last is filled up.
Value batch(Progress &progress, const Value &value, const Arguments &arguments) {
  checkArguments(progress, "the filter 'batch'", arguments, 0, 2, {"linecount", "fill_with"});
  const size_t size = size_t(countArgument(progress, "batch", arguments));
  const Value *fill = findArgument(arguments, 1, "fill_with");
  List rows, row;
  for (const Value &item : itemsOf(progress, value)) {
    if (row.size() == size)
      rows.push_back(Value::listOf(std::exchange(row, {})));
    row.push_back(item);
  }
  if (!row.empty()) {
    progress.charge(size);
    if (fill && !fill->is(Kind::None))
      row.resize(std::max(row.size(), size), *fill);
    rows.push_back(Value::listOf(std::move(row)));
  }
  return Value::sequence(std::move(rows), Value::kGenerator);
}

/// As many lists; those with one item less are filled up.
Value slice(Progress &progress, const Value &value, const Arguments &arguments) {
  checkArguments(progress, "the filter 'slice'", arguments, 0, 2, {"slices", "fill_with"});
  const size_t count = size_t(countArgument(progress, "slice", arguments));
  const Value *fill = findArgument(arguments, 1, "fill_with");
  const List items = itemsOf(progress, value);
  const size_t each = items.size() / count, longer = items.size() % count;
  progress.charge(count);
  List rows;
  size_t at = 0;
  for (size_t i = 0; i < count; ++i) {
    const size_t size = each + (i < longer ? 1 : 0);
    List row(items.begin() + ptrdiff_t(at), items.begin() + ptrdiff_t(at + size));
    at += size;
    if (fill && !fill->is(Kind::None) && i >= longer)
      row.push_back(*fill);
    rows.push_back(Value::listOf(std::move(row)));
  }
  return Value::sequence(std::move(rows), Value::kGenerator);
}

Value sum(Progress &progress, const Value &value, const Arguments &arguments) {
  checkArguments(progress, "the filter 'sum'", arguments, 0, 2, {"attribute", "start"});
  const Attribute attribute(progress, findArgument(arguments, 0, "attribute"));
  const Value *start = findArgument(arguments, 1, "start");
  Value total = start ? *start : Value::number(0);
  for (const Value &item : itemsOf(progress, value)) {
    const Value one = attribute.of(progress, item);
    if (total.is(Kind::Text) || one.is(Kind::Text))
      progress.fail("the filter 'sum' of texts is not supported");
    total = applyBinary(progress, "+", total, one);
  }
  return total;
}

Value wordCount(Progress &progress, const Value &value, const Arguments &arguments) {
  checkArguments(progress, "the filter 'wordcount'", arguments, 0, 0);
  if (!value.is(Kind::Text))
    progress.fail("the filter 'wordcount' for " + value.kindName() + " is not supported");
  const std::string &text = value.text;
  if (!isAscii(text))
    progress.fail("the filter 'wordcount' of letters outside ASCII is not supported");
  const auto isWord = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  int64_t words = 0;
  for (size_t at = 0; at < text.size(); ++at)
    words += isWord(text[at]) && (at == 0 || !isWord(text[at - 1]));
  return Value::number(words);
}

Value center(Progress &progress, const Value &value, const Arguments &arguments) {
  checkArguments(progress, "the filter 'center'", arguments, 0, 1, {"width"});
  const Value *width = findArgument(arguments, 0, "width");
  const Arguments given{{width ? *width : Value::number(80)}, {}};
  return callMethod(progress, Value::string(textOf(progress, value)), "center", given);
}

Value escape(Progress &progress, const Value &value, const Arguments &arguments) {
  checkArguments(progress, "the filter 'escape'", arguments, 0, 0);
  return markup(progress.text(value.is(Kind::Text) ? escaped(value) : escaped(Value::string(textOf(progress, value)))));
}

Value forceEscape(Progress &progress, const Value &value, const Arguments &arguments) {
  checkArguments(progress, "the filter 'forceescape'", arguments, 0, 0);
  return markup(progress.text(escaped(Value::string(textOf(progress, value)))));
}

Value attribute(Progress &progress, const Value &value, const Arguments &arguments) {
  checkArguments(progress, "the filter 'attr'", arguments, 1, 1);
  if (value.is(Kind::Namespace) && arguments.positional[0].is(Kind::Text))
    return getAttribute(progress, value, arguments.positional[0].text);
  progress.fail("the filter 'attr' for " + value.kindName() + " is not supported");
}

} // namespace

const FilterTable &groupFilters() {
  static const FilterTable table = {
      {"batch", batch},    {"slice", slice}, {"sum", sum},       {"wordcount", wordCount},
      {"center", center},  {"e", escape},    {"escape", escape}, {"forceescape", forceEscape},
      {"attr", attribute},
  };
  return table;
}

} // namespace weebill::chat
