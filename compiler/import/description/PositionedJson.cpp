//===- PositionedJson.cpp - JSON values that know their place -------------===//
//
// The parser reads through an iterator that counts, and says what it met after it has read it. So the place of a value
// is found from the other end: nothing but white space, commas and colons stands between the end of what came before
// and its first byte. Tested by tests/unit/compiler/import/PositionedJsonTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/description/PositionedJson.h"

#include "compiler/import/Refuse.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_set>

namespace weebill::description {

namespace {

using nlohmann::json;

constexpr size_t kDeepest = 16;

/// Points into the text; says to `read` how far the parser is.
class CountingIterator {
public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char *;
  using reference = const char &;

  CountingIterator(const char *at, const char **read) : at(at), read(read) {}
  reference operator*() const { return *at; }
  CountingIterator &operator++() {
    *read = std::max(*read, ++at);
    return *this;
  }
  bool operator==(const CountingIterator &other) const { return at == other.at; }
  bool operator!=(const CountingIterator &other) const { return at != other.at; }

private:
  const char *at;
  const char **read;
};

/// Builds the tree from what the parser meets.
class TreeBuilder {
public:
  TreeBuilder(const std::string &path, std::string_view text) : read(text.data()), path(path), text(text) {}

  bool null() { return add(of(JsonValue::Kind::Null)); }
  bool boolean(bool value) {
    JsonValue made = of(JsonValue::Kind::Boolean);
    made.boolean = value;
    return add(std::move(made));
  }
  bool number_integer(int64_t value) {
    JsonValue made = of(JsonValue::Kind::Integer);
    made.integer = value;
    made.real = double(value);
    return add(std::move(made));
  }
  bool number_unsigned(uint64_t value) {
    return value <= uint64_t(INT64_MAX) ? number_integer(int64_t(value))
                                        : number_float(double(value), std::to_string(value));
  }
  bool number_float(double value, const std::string &written) {
    JsonValue made = of(JsonValue::Kind::Real);
    made.real = value;
    made.text = written;
    return add(std::move(made));
  }
  bool string(std::string &value) {
    JsonValue made = of(JsonValue::Kind::Text);
    made.text = value;
    return add(std::move(made));
  }
  bool binary(json::binary_t &) { return false; } // no such thing in a text
  bool start_object(size_t) { return open(of(JsonValue::Kind::Object)); }
  bool start_array(size_t) { return open(of(JsonValue::Kind::List)); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(std::string &name) {
    const JsonPlace place = nextPlace();
    if (!keys.back().insert(name).second)
      refuseAt(path, place, weebill::importer::quoted(name) + " stands here a second time");
    inside.back().members.push_back({name, place, JsonValue()});
    return true;
  }

  bool parse_error(size_t position, const std::string &token, const nlohmann::detail::exception &error) {
    if (error.id == 406) // a number too large for a double
      refuseAt(path, nextPlace(), "the number " + weebill::importer::quoted(token) + " is too large");
    // Counted from 1, and one beyond the last byte where the text ends too early.
    const size_t at = std::min(position ? position - 1 : 0, text.size());
    refuseAt(path, placeOf(text.data() + at),
             at == text.size() ? "the text ends in the middle of a value"
                               : "is not JSON from " + weebill::importer::quoted(text.substr(at, 1)) + " on");
  }

  const char *read; // the parser has taken what stands before
  JsonValue root;

private:
  static JsonValue of(JsonValue::Kind kind) {
    JsonValue value;
    value.kind = kind;
    return value;
  }

  /// Places are asked for in their order: only what lies between them is looked at.
  JsonPlace placeOf(const char *at) {
    for (; counted < at; ++counted)
      if (*counted == '\n') {
        ++line;
        lineStart = counted + 1;
      }
    return {line, 1 + (at - lineStart)};
  }

  /// Of the value that was met, which begins behind the end of the last one.
  JsonPlace nextPlace() {
    constexpr std::string_view kBetween = " \t\r\n,:";
    const size_t start = text.find_first_not_of(kBetween, size_t(lastEnd - text.data()));
    lastEnd = read;
    return placeOf(text.data() + std::min(start, text.size()));
  }

  /// Where the next value goes.
  JsonValue &put(JsonValue value) {
    if (inside.empty())
      return root = std::move(value);
    if (inside.back().kind == JsonValue::Kind::List)
      return inside.back().items.emplace_back(std::move(value));
    return inside.back().members.back().value = std::move(value);
  }

  bool add(JsonValue value) {
    value.place = nextPlace();
    put(std::move(value));
    return true;
  }

  bool open(JsonValue value) {
    value.place = nextPlace();
    if (inside.size() == kDeepest)
      refuseAt(path, value.place, "values are inside each other more than " + std::to_string(kDeepest) + " deep");
    inside.push_back(std::move(value));
    keys.emplace_back();
    return true;
  }

  bool close() {
    lastEnd = read;
    JsonValue value = std::move(inside.back());
    inside.pop_back();
    keys.pop_back();
    put(std::move(value));
    return true;
  }

  const std::string &path;
  const std::string_view text;
  const char *lastEnd = text.data();
  std::vector<JsonValue> inside;                     // lists and objects that are open
  std::vector<std::unordered_set<std::string>> keys; // of each of them
  const char *counted = text.data(), *lineStart = counted;
  int64_t line = 1; // of `counted`
};

} // namespace

std::string valueText(const JsonValue &value) {
  switch (value.kind) {
  case JsonValue::Kind::Null:
    return "null";
  case JsonValue::Kind::Boolean:
    return value.boolean ? "true" : "false";
  case JsonValue::Kind::Integer:
    return std::to_string(value.integer);
  case JsonValue::Kind::Real:
    return json(value.real).dump(); // the shortest text that stands for it
  case JsonValue::Kind::Text:
    return "the text " + weebill::importer::quoted(value.text);
  case JsonValue::Kind::List:
    return "a list";
  case JsonValue::Kind::Object:
    return "an object";
  }
  return "";
}

void refuseAt(const std::string &path, JsonPlace place, const std::string &what) {
  throw importer::InputError(path + ":" + std::to_string(place.line) + ":" + std::to_string(place.column) + ": " +
                             what);
}

JsonValue readPositionedJson(const std::string &path, std::string_view text) {
  TreeBuilder builder(path, text);
  const char *end = text.data() + text.size();
  json::sax_parse(CountingIterator(text.data(), &builder.read), CountingIterator(end, &builder.read), &builder);
  return std::move(builder.root);
}

} // namespace weebill::description
