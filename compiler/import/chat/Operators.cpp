//===- Operators.cpp - + ~ == in and the like -----------------------------===//
//
// Tested by tests/unit/compiler/import/ChatTemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/Operations.h"
#include "compiler/import/chat/TextOperations.h"

#include <algorithm>
#include <cmath>

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
  if (value.walked && std::exchange(*value.walked, true))
    progress.fail("what a filter makes while it is walked is empty the second time: put '| list' behind it");
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

/// Whole numbers take part as the nearest double, as Python's do below 2^53.
Value realArithmetic(Progress &progress, const std::string &symbol, const Value &left, const Value &right) {
  constexpr int64_t kLargest = int64_t(1) << 53;
  for (const Value *side : {&left, &right})
    if (side->isNumber() && (side->integer > kLargest || side->integer < -kLargest))
      progress.fail("the operator '" + symbol + "' with so large a number is not supported");
  const double a = left.is(Kind::Real) ? left.real : double(left.integer);
  const double b = right.is(Kind::Real) ? right.real : double(right.integer);
  if (symbol == "/" && b == 0)
    progress.fail("a division by 0");
  if (symbol != "+" && symbol != "-" && symbol != "*" && symbol != "/")
    progress.fail("the operator '" + symbol + "' between " + left.kindName() + " and " + right.kindName() +
                  " is not supported");
  const double result = symbol == "+" ? a + b : symbol == "-" ? a - b : symbol == "*" ? a * b : a / b;
  if (!std::isfinite(result))
    progress.fail("a number is too large");
  return Value::realNumber(result);
}

} // namespace

Value applyBinary(Progress &progress, const std::string &symbol, const Value &left, const Value &right) {
  if (symbol == "~")
    return progress.text(textOf(progress, left) + textOf(progress, right));
  if (symbol == "+" && left.is(Kind::Text) && right.is(Kind::Text) && (left.isMarkup() || right.isMarkup()))
    return markup(progress.text(escaped(left) + escaped(right)));
  if (symbol == "+" && left.is(Kind::Text) && right.is(Kind::Text))
    return progress.text(left.text + right.text);
  if (symbol == "+" && left.is(Kind::List) && right.is(Kind::List) && left.integer == right.integer &&
      left.integer <= Value::kTuple) {
    List items = *left.list;
    items.insert(items.end(), right.list->begin(), right.list->end());
    progress.charge(items.size());
    return Value::sequence(std::move(items), left.isTuple() ? Value::kTuple : Value::kList);
  }
  if (symbol == "*" && left.isNumber() && (right.is(Kind::Text) || right.is(Kind::List)))
    return applyBinary(progress, symbol, right, left);
  if (symbol == "*" && left.is(Kind::List) && left.integer == Value::kList && right.isNumber()) {
    List items;
    for (int64_t count = 0; count < right.integer && !left.list->empty(); ++count) {
      progress.charge(left.weight);
      items.insert(items.end(), left.list->begin(), left.list->end());
    }
    return Value::listOf(std::move(items));
  }
  if (symbol == "%" && left.isMarkup())
    progress.fail("the operator '%' of a text that is marked as safe is not supported");
  if (symbol == "%" && left.is(Kind::Text))
    return formatPercent(progress, left.text, right.isTuple() ? *right.list : List{right});
  if (symbol == "*" && left.is(Kind::Text) && right.isNumber()) {
    std::string text;
    for (int64_t count = 0; count < right.integer; ++count)
      text = progress.text(text + left.text).text; // which says when it grows too long
    return likeMarkup(left, Value::string(std::move(text)));
  }
  if (left.isNumber() && right.isNumber() && (symbol.size() == 1 || symbol == "//") && symbol != "/")
    return arithmetic(progress, symbol[0], left.integer, right.integer);
  const auto isAny = [](const Value &value) { return value.isNumber() || value.is(Kind::Real); };
  if (symbol == "**" && isAny(left) && isAny(right))
    return power(progress, left, right);
  if (isAny(left) && isAny(right))
    return realArithmetic(progress, symbol, left, right);
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
    const List items = itemsOf(progress, right);
    return std::find(items.begin(), items.end(), left) != items.end();
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
  if (left.is(Kind::Real) && right.is(Kind::Real))
    order = left.real < right.real ? -1 : left.real > right.real;
  else if ((left.is(Kind::Real) && right.isNumber()) || (left.isNumber() && right.is(Kind::Real))) {
    const Value difference = applyBinary(progress, "-", left, right); // exact enough: large numbers are refused
    order = difference.real < 0 ? -1 : difference.real > 0;
  } else if (left.isNumber() && right.isNumber())
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
