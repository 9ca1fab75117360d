//===- Value.cpp - Values of chat templates -------------------------------===//
//
// Tested by tests/unit/compiler/import/ChatTemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/Value.h"

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

Value Value::dictionary(Dictionary entries) {
  Value value = make(Kind::Dictionary);
  for (const auto &[key, inner] : entries)
    addWeight(value.weight, inner);
  value.entries = std::make_shared<Dictionary>(std::move(entries));
  return value;
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
  case Kind::Text:
    return !text.empty();
  case Kind::List:
    return !list->empty();
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
  case Kind::Text:
    return "a text";
  case Kind::List:
    return "a list";
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
  if (a.kind != b.kind)
    return false;
  switch (a.kind) {
  case Value::Kind::Text:
  case Value::Kind::Function:
    return a.text == b.text;
  case Value::Kind::List:
    return a.list == b.list || *a.list == *b.list;
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

namespace {

void appendQuoted(const std::string &text, std::string &out) {
  constexpr char kDigits[] = "0123456789abcdef";
  out += '"';
  for (char c : text) {
    const unsigned char byte = static_cast<unsigned char>(c);
    const size_t named = std::string_view("\"\\\n\r\t\b\f").find(c);
    if (named != std::string_view::npos) {
      out += '\\';
      out += "\"\\nrtbf"[named];
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

} // namespace

/// A line's end and what stands before the next, or the space that stands between things on one line.
static std::string nextLine(std::optional<int> indent, int depth, const char *otherwise) {
  return indent ? "\n" + std::string(size_t(*indent * depth), ' ') : otherwise;
}

bool appendJson(const Value &value, std::string &out, std::optional<int> indent, int depth) {
  switch (value.kind) {
  case Value::Kind::None:
    out += "null";
    return true;
  case Value::Kind::Boolean:
    out += value.integer ? "true" : "false";
    return true;
  case Value::Kind::Integer:
    out += std::to_string(value.integer);
    return true;
  case Value::Kind::Text:
    appendQuoted(value.text, out);
    return true;
  case Value::Kind::List: {
    std::string separator = "[" + nextLine(indent, depth + 1, "");
    for (const Value &item : *value.list) {
      out += separator;
      separator = "," + nextLine(indent, depth + 1, " ");
      if (!appendJson(item, out, indent, depth + 1))
        return false;
    }
    out += value.list->empty() ? "[]" : nextLine(indent, depth, "") + "]";
    return true;
  }
  case Value::Kind::Dictionary: {
    std::string separator = "{" + nextLine(indent, depth + 1, "");
    for (const auto &[key, item] : *value.entries) {
      out += separator;
      separator = "," + nextLine(indent, depth + 1, " ");
      appendQuoted(key, out);
      out += ": ";
      if (!appendJson(item, out, indent, depth + 1))
        return false;
    }
    out += value.entries->empty() ? "{}" : nextLine(indent, depth, "") + "}";
    return true;
  }
  default:
    return false;
  }
}

} // namespace weebill::chat
