//===- Operators.cpp - + ~ == in and the like -----------------------------===//
//
// Tested by tests/unit/compiler/import/ChatTemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/Operations.h"
#include "compiler/import/chat/TextOperations.h"

namespace weebill::chat {

using Kind = Value::Kind;

std::string textOf(Progress &progress, const Value &value) {
  switch (value.kind) {
  case Kind::Undefined:
    return "";
  case Kind::None:
    return "None";
  case Kind::Boolean:
    return value.integer ? "True" : "False";
  case Kind::Integer:
    return std::to_string(value.integer);
  case Kind::Real:
    return textOfReal(value.real);
  case Kind::Text:
    return value.text;
  case Kind::List:
  case Kind::Dictionary: {
    std::string text;
    progress.charge(value.weight);
    if (appendPython(value, text))
      return text;
    [[fallthrough]];
  }
  default:
    progress.fail("the text of " + value.kindName() + " is not supported");
  }
}

List itemsOf(Progress &progress, const Value &value) {
  List items;
  if (value.is(Kind::List)) {
    items = *value.list;
  } else if (value.is(Kind::Text)) {
    for (std::string &character : charactersOf(value.text))
      items.push_back(Value::string(std::move(character)));
  } else if (value.is(Kind::Dictionary)) {
    for (const auto &[key, inner] : *value.entries)
      items.push_back(Value::string(key));
  } else if (!value.is(Kind::Undefined)) {
    progress.fail("a loop cannot walk over " + value.kindName());
  }
  progress.charge(value.weight + items.size());
  return items;
}

namespace {

/// Python's division of integers rounds down.
int64_t floorDivide(int64_t a, int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0)); }

Value arithmetic(Progress &progress, char symbol, int64_t a, int64_t b) {
  int64_t result = 0;
  bool overflow = false;
  if (symbol == '+') {
    overflow = __builtin_add_overflow(a, b, &result);
  } else if (symbol == '-') {
    overflow = __builtin_sub_overflow(a, b, &result);
  } else if (symbol == '*') {
    overflow = __builtin_mul_overflow(a, b, &result);
  } else { // '/' stands for "//" here, '%' for itself
    if (b == 0)
      progress.fail("a division by 0");
    overflow = a == INT64_MIN && b == -1;
    if (!overflow)
      result = symbol == '/' ? floorDivide(a, b) : a - floorDivide(a, b) * b;
  }
  if (overflow)
    progress.fail("a number does not fit into 64 bits");
  return Value::number(result);
}

} // namespace

Value applyBinary(Progress &progress, const std::string &symbol, const Value &left, const Value &right) {
  if (symbol == "~")
    return progress.text(textOf(progress, left) + textOf(progress, right));
  if (symbol == "+" && left.is(Kind::Text) && right.is(Kind::Text) && (left.isMarkup() || right.isMarkup()))
    return markup(progress.text(escaped(left) + escaped(right)));
  if (symbol == "+" && left.is(Kind::Text) && right.is(Kind::Text))
    return progress.text(left.text + right.text);
  if (symbol == "+" && left.is(Kind::List) && right.is(Kind::List)) {
    List items = *left.list;
    items.insert(items.end(), right.list->begin(), right.list->end());
    progress.charge(items.size());
    return Value::listOf(std::move(items));
  }
  if (symbol == "*" && left.is(Kind::Text) && right.isNumber()) {
    std::string text;
    for (int64_t count = 0; count < right.integer; ++count)
      text = progress.text(text + left.text).text; // which says when it grows too long
    return Value::string(std::move(text));
  }
  if (left.isNumber() && right.isNumber() && (symbol.size() == 1 || symbol == "//") && symbol != "/")
    return arithmetic(progress, symbol[0], left.integer, right.integer);
  progress.fail("the operator '" + symbol + "' between " + left.kindName() + " and " + right.kindName() +
                " is not supported");
}

bool contains(Progress &progress, const Value &right, const Value &left) {
  progress.charge(right.weight + right.text.size() / 16);
  if (right.is(Kind::Text) && left.is(Kind::Text))
    return right.text.find(left.text) != std::string::npos;
  if (right.is(Kind::Dictionary) && left.is(Kind::Text))
    return right.entry(left.text) != nullptr;
  if (right.is(Kind::Dictionary))
    return false;
  if (right.is(Kind::List)) {
    for (const Value &item : *right.list)
      if (item == left)
        return true;
    return false;
  }
  if (right.is(Kind::Undefined))
    return false;
  progress.fail("'in' with " + left.kindName() + " and " + right.kindName() + " is not supported");
}

bool applyComparison(Progress &progress, const std::string &symbol, const Value &left, const Value &right) {
  if (symbol == "in" || symbol == "not in")
    return contains(progress, right, left) == (symbol == "in");
  progress.charge(std::min(left.weight, right.weight));
  if (symbol == "==" || symbol == "!=")
    return (left == right) == (symbol == "==");
  int order = 0;
  if (left.isNumber() && right.isNumber())
    order = left.integer < right.integer ? -1 : left.integer > right.integer;
  else if (left.is(Kind::Text) && right.is(Kind::Text))
    order = left.text.compare(right.text); // bytes of UTF-8 are ordered as characters are
  else
    progress.fail("the comparison '" + symbol + "' between " + left.kindName() + " and " + right.kindName() +
                  " is not supported");
  if (symbol[0] == '<')
    return symbol.size() == 2 ? order <= 0 : order < 0;
  return symbol.size() == 2 ? order >= 0 : order > 0;
}

} // namespace weebill::chat
