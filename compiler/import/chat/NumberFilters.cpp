//===- NumberFilters.cpp - Numbers in templates ---------------------------===//
//
// Filters that make numbers, or texts of them, and what '%' does to a text. Tested by
// tests/unit/compiler/import/ChatTemplateTest.cpp and tests/python/test_chat_templates.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/Operations.h"
#include "compiler/import/chat/TextOperations.h"

#include <charconv>
#include <cmath>

namespace weebill::chat {

using Kind = Value::Kind;

namespace {

/// A number as people write it, with a sign or without, and white space around it; nothing for other texts, and where
/// Python takes separators of ASCII for white space in some texts only.
template <class Number> std::optional<Number> numberOf(const std::string &text) {
  if (text.find_first_of("\x1c\x1d\x1e\x1f") != text.npos)
    return std::nullopt;
  std::string_view digits = strip(text);
  if (digits.starts_with('+') && !digits.starts_with("+-"))
    digits.remove_prefix(1);
  Number number{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool isWhole = error == std::errc() && end == digits.data() + digits.size();
  return isWhole && std::isfinite(double(number)) ? std::optional(number) : std::nullopt;
}

std::optional<double> realOf(const Value &value) {
  if (value.is(Kind::Real))
    return value.real;
  if (value.isNumber())
    return double(value.integer);
  return value.is(Kind::Text) ? numberOf<double>(value.text) : std::nullopt;
}

Value toInteger(Progress &progress, const Value &value, const Arguments &arguments) {
  checkArguments(progress, "the filter 'int'", arguments, 0, 1, {"default"});
  if (value.is(Kind::Undefined))
    progress.fail("the filter 'int' for " + value.kindName() + " is not supported");
  const Value *otherwise = findArgument(arguments, 0, "default");
  if (value.isNumber())
    return Value::number(value.integer);
  if (value.is(Kind::Text))
    if (const std::optional<int64_t> whole = numberOf<int64_t>(value.text))
      return Value::number(*whole);
  constexpr double kLargest = 0x1p62;
  if (const std::optional<double> real = realOf(value); real && std::fabs(*real) < kLargest)
    return Value::number(int64_t(*real));
  if (value.is(Kind::Text) && value.text.find_first_of("_nN0123456789") != value.text.npos)
    progress.fail("the filter 'int' for such a text is not supported"); // 1_000, nan, other digits than ASCII's
  return otherwise ? *otherwise : Value::number(0);
}

Value toReal(Progress &progress, const Value &value, const Arguments &arguments) {
  checkArguments(progress, "the filter 'float'", arguments, 0, 1, {"default"});
  if (value.is(Kind::Undefined))
    progress.fail("the filter 'float' for " + value.kindName() + " is not supported");
  const Value *otherwise = findArgument(arguments, 0, "default");
  if (const std::optional<double> real = realOf(value))
    return Value::realNumber(*real);
  if (value.is(Kind::Text) && value.text.find_first_of("_nN0123456789") != value.text.npos)
    progress.fail("the filter 'float' for such a text is not supported");
  return otherwise ? *otherwise : Value::realNumber(0);
}

Value absolute(Progress &progress, const Value &value, const Arguments &arguments) {
  checkArguments(progress, "the filter 'abs'", arguments, 0, 0);
  if (value.is(Kind::Real))
    return Value::realNumber(std::fabs(value.real));
  if (!value.isNumber())
    progress.fail("the filter 'abs' for " + value.kindName() + " is not supported");
  return value.integer < 0 ? applyBinary(progress, "-", Value::number(0), value) : Value::number(value.integer);
}

/// Whole numbers, and to the next one up or down: Python rounds halves of a decimal's last place by its exact value.
Value roundNumber(Progress &progress, const Value &value, const Arguments &arguments) {
  checkArguments(progress, "the filter 'round'", arguments, 0, 2, {"precision", "method"});
  const Value *places = findArgument(arguments, 0, "precision"), *method = findArgument(arguments, 1, "method");
  if ((places && (!places->isNumber() || places->integer != 0)) || !(value.isNumber() || value.is(Kind::Real)))
    progress.fail("the filter 'round' to places behind the point, or of no number, is not supported");
  const std::string how = method ? textOf(progress, *method) : "common";
  if (value.isNumber() && how == "common")
    return Value::number(value.integer);
  const double number = *realOf(value);
  if (how == "ceil" || how == "floor")
    return Value::realNumber(how == "ceil" ? std::ceil(number) : std::floor(number));
  if (how != "common")
    progress.fail("the filter 'round' by '" + how + "' is not supported");
  return Value::realNumber(std::nearbyint(number)); // halves go to the even one
}

} // namespace

const FilterTable &numberFilters() {
  static const FilterTable table = {
      {"int", toInteger},
      {"float", toReal},
      {"abs", absolute},
      {"round", roundNumber},
      {"format",
       [](Progress &p, const Value &v, const Arguments &a) {
         checkArguments(p, "the filter 'format'", a, 0, 64);
         return formatPercent(p, textOf(p, v), a.positional);
       }},
  };
  return table;
}

Value formatPercent(Progress &progress, const std::string &text, const List &values) {
  std::string result;
  size_t next = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      result += text[at];
      continue;
    }
    const char kind = ++at < text.size() ? text[at] : '\0';
    if (kind == '%') {
      result += '%';
      continue;
    }
    if (kind != 's' && kind != 'd' && kind != 'i')
      progress.fail(std::string("the conversion '%") + kind + "' of a text is not supported");
    if (next == values.size())
      progress.fail("a text has more conversions than there are values");
    const Value &value = values[next++];
    if (kind != 's' && !value.isNumber())
      progress.fail(std::string("the conversion '%") + kind + "' for " + value.kindName() + " is not supported");
    result += kind == 's' ? textOf(progress, value) : std::to_string(value.integer);
    progress.charge(1 + result.size() / 64);
  }
  if (next != values.size())
    progress.fail("a text has fewer conversions than there are values");
  return progress.text(std::move(result));
}

} // namespace weebill::chat
