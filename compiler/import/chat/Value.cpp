//===- Value.cpp - Values of chat templates -------------------------------===//
//
// Tested by tests/unit/compiler/import/ChatTemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/Value.h"

#include <charconv>
#include <cmath>
#include <stdexcept>

namespace weebill::chat {

namespace {

constexpr size_t kHeaviest = 20'000; // inside one list or dictionary

void addWeight(size_t &weight, const Value &inner) {
  if (inner.is(Value::Kind::Namespace)) // it could come to hold itself
    throw std::length_error("a namespace inside another value is not supported");
  weight += inner.weight;
  if (weight > kHeaviest)
    throw std::length_error("a list or dictionary grows beyond " + std::to_string(kHeaviest) + " values");
}

Value make(Value::Kind kind, int64_t integer = 0, std::string text = {}) {
  Value value;
  value.kind = kind;
  value.integer = integer;
  value.text = std::move(text);
  return value;
}

} // namespace

Value Value::undefined(std::string name) { return make(Kind::Undefined, 0, std::move(name)); }
Value Value::none() { return make(Kind::None); }
Value Value::boolean(bool value) { return make(Kind::Boolean, value); }
Value Value::number(int64_t value) { return make(Kind::Integer, value); }
Value Value::realNumber(double value) {
  Value made = make(Kind::Real);
  made.real = value;
  return made;
}
Value Value::string(std::string text) {
  Value value = make(Kind::Text, 0, std::move(text));
  value.weight += value.text.size() / 16;
  return value;
}
Value Value::function(std::string name) { return make(Kind::Function, 0, std::move(name)); }

Value Value::listOf(List items) {
  Value value = make(Kind::List);
  for (const Value &item : items)
    addWeight(value.weight, item);
  value.list = std::make_shared<const List>(std::move(items));
  return value;
}

Value Value::sequence(List items, Sequence what) {
  Value value = listOf(std::move(items));
  value.integer = what;
  if (what == kGenerator)
    value.walked = std::make_shared<bool>(false);
  return value;
}

Value Value::dictionary(Dictionary entries) {
  Value value = make(Kind::Dictionary);
  for (const auto &[key, inner] : entries)
    addWeight(value.weight, inner);
  value.entries = std::make_shared<Dictionary>(std::move(entries));
  return value;
}

void setEntry(Dictionary &entries, const std::string &name, Value value) {
  for (auto &[known, old] : entries) {
    if (known == name) {
      old = std::move(value);
      return;
    }
  }
  entries.emplace_back(name, std::move(value));
}

Value Value::makeNamespace(Dictionary entries) {
  Value value = dictionary(std::move(entries));
  value.kind = Kind::Namespace;
  return value;
}

bool Value::isTrue() const {
  switch (kind) {
  case Kind::Undefined:
  case Kind::None:
    return false;
  case Kind::Boolean:
  case Kind::Integer:
    return integer != 0;
  case Kind::Real:
    return real != 0;
  case Kind::Text:
    return !text.empty();
  case Kind::List:
    return isMade() || !list->empty();
  case Kind::Dictionary:
    return !entries->empty();
  case Kind::Namespace:
  case Kind::Function:
    return true;
  }
  return false;
}

std::string Value::kindName() const {
  switch (kind) {
  case Kind::Undefined:
    return "'" + text + "', which is undefined,";
  case Kind::None:
    return "none";
  case Kind::Boolean:
    return "a boolean";
  case Kind::Integer:
    return "a number";
  case Kind::Real:
    return "a number with a point";
  case Kind::Text:
    return "a text";
  case Kind::List:
    return isMade() ? "what is made item by item" : "a list";
  case Kind::Dictionary:
    return "a dictionary";
  case Kind::Namespace:
    return "a namespace";
  case Kind::Function:
    return "the function '" + text + "'";
  }
  return "a value";
}

const Value *Value::entry(const std::string &key) const {
  for (const auto &[name, value] : *entries)
    if (name == key)
      return &value;
  return nullptr;
}

bool operator==(const Value &a, const Value &b) {
  if (a.isNumber() && b.isNumber())
    return a.integer == b.integer;
  if (a.is(Value::Kind::Real) && b.is(Value::Kind::Real))
    return a.real == b.real;
  if (a.is(Value::Kind::Real) || b.is(Value::Kind::Real)) {
    const Value &real = a.is(Value::Kind::Real) ? a : b, &other = a.is(Value::Kind::Real) ? b : a;
    // Compared as integers: a double may stand for several of them.
    return other.isNumber() && real.real == std::floor(real.real) && std::fabs(real.real) < 0x1p62 &&
           int64_t(real.real) == other.integer;
  }
  if (a.kind != b.kind)
    return false;
  switch (a.kind) {
  case Value::Kind::Text:
  case Value::Kind::Function:
    return a.text == b.text;
  case Value::Kind::List:
    return a.integer == b.integer && (a.list == b.list || (!a.isMade() && *a.list == *b.list));
  case Value::Kind::Dictionary: {
    if (a.entries->size() != b.entries->size())
      return false;
    for (const auto &[key, value] : *a.entries) // order does not matter
      if (const Value *other = b.entry(key); !other || !(value == *other))
        return false;
    return true;
  }
  case Value::Kind::Namespace:
    return a.entries == b.entries;
  default:
    return true; // Undefined, None
  }
}

Value markup(Value text) {
  text.integer = 1;
  return text;
}

Value likeMarkup(const Value &text, Value made) {
  if (text.isMarkup() && made.is(Value::Kind::Text))
    return markup(std::move(made));
  if (!text.isMarkup() || !made.is(Value::Kind::List))
    return made;
  List parts;
  for (const Value &part : *made.list)
    parts.push_back(likeMarkup(text, part));
  return Value::sequence(std::move(parts), Value::Sequence(made.integer));
}

std::string escaped(const Value &text) {
  if (text.isMarkup())
    return text.text;
  std::string out;
  for (char c : text.text) {
    const size_t found = std::string_view("&<>'\"").find(c);
    constexpr const char *kNames[] = {"&amp;", "&lt;", "&gt;", "&#39;", "&#34;"};
    out += found == std::string_view::npos ? std::string(1, c) : kNames[found];
  }
  return out;
}

std::string textOfReal(double value) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::scientific).ptr;
  const std::string shortest(digits, end); // d.ddde+dd
  const size_t mark = shortest.find('e');
  const int exponent = std::stoi(shortest.substr(mark + 1));
  if (exponent < -4 || exponent >= 16)
    return shortest;
  char fixed[64];
  const auto last = std::to_chars(fixed, fixed + sizeof fixed, value, std::chars_format::fixed).ptr;
  const std::string text(fixed, last);
  return text + (text.find('.') == std::string::npos ? ".0" : "");
}

static bool appendQuoted(const std::string &text, std::string &out) {
  const char quote = text.find('\'') != text.npos && text.find('"') == text.npos ? '"' : '\'';
  out += quote;
  for (char c : text) {
    const size_t named = std::string_view("\\\n\r\t").find(c);
    if (static_cast<unsigned char>(c) >= 0x7f ||
        (static_cast<unsigned char>(c) < 0x20 && named == std::string_view::npos))
      return false;
    if (named != std::string_view::npos || c == quote)
      out += '\\';
    out += named != std::string_view::npos ? "\\nrt"[named] : c;
  }
  out += quote;
  return true;
}

bool appendPython(const Value &value, std::string &out) {
  const char *separator = "";
  switch (value.kind) {
  case Value::Kind::None:
    out += "None";
    return true;
  case Value::Kind::Boolean:
    out += value.integer ? "True" : "False";
    return true;
  case Value::Kind::Integer:
    out += std::to_string(value.integer);
    return true;
  case Value::Kind::Real:
    out += textOfReal(value.real);
    return true;
  case Value::Kind::Text:
    out += value.isMarkup() ? "Markup(" : "";
    if (!appendQuoted(value.text, out))
      return false;
    out += value.isMarkup() ? ")" : "";
    return true;
  case Value::Kind::List:
    if (value.integer != 0)
      return false;
    out += '[';
    for (const Value &item : *value.list) {
      out += separator;
      separator = ", ";
      if (!appendPython(item, out))
        return false;
    }
    out += ']';
    return true;
  case Value::Kind::Dictionary:
    out += '{';
    for (const auto &[key, item] : *value.entries) {
      out += separator;
      separator = ", ";
      if (!appendQuoted(key, out))
        return false;
      out += ": ";
      if (!appendPython(item, out))
        return false;
    }
    out += '}';
    return true;
  default:
    return false;
  }
}

} // namespace weebill::chat
