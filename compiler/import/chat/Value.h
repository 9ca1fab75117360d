//===- Value.h - Values of chat templates ------------------------*- C++ -*-===//
//
// The Python values that templates meet, with Python's ideas of truth, equality and text. Lists and dictionaries never
// change once made (only namespaces do), and their size counts what they hold over and over, so no value of a hostile
// template can be walked for long. Tested by tests/unit/compiler/import/ChatTemplateTest.cpp and
// tests/python/test_chat_templates.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_CHAT_VALUE_H
#define WEEBILL_COMPILER_IMPORT_CHAT_VALUE_H

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weebill::chat {

struct Value;
using List = std::vector<Value>;
using Dictionary = std::vector<std::pair<std::string, Value>>; // in order of insertion, keys are texts

struct Value {
  enum class Kind { Undefined, None, Boolean, Integer, Real, Text, List, Dictionary, Namespace, Function };

  /// What a List is in Python. Those that are made while they are walked have no items to ask for, and are true,
  /// however few they come to have; views of a dictionary have no items either. A group is a tuple of a key and a list.
  enum Sequence : int64_t { kList, kTuple, kGenerator, kRange, kView, kGroup };

  Kind kind = Kind::Undefined;
  int64_t integer = 0;                 // Boolean: 0 or 1; List: a Sequence; Text: 1 for markup
  double real = 0;                     // Real
  std::string text;                    // Text; the name of what is Undefined or of a Function
  std::shared_ptr<const List> list;    // List
  std::shared_ptr<bool> walked;        // of a kGenerator: whether its items have been taken, which goes once
  std::shared_ptr<Dictionary> entries; // Dictionary, Namespace
  size_t weight = 1;                   // values inside and 16 bytes of text count one each, as often as they occur

  static Value undefined(std::string name);
  static Value none();
  static Value boolean(bool value);
  static Value number(int64_t value);
  static Value realNumber(double value);
  static Value string(std::string text);
  static Value function(std::string name);
  // These throw std::length_error when they would hold more than a real template ever does, or a namespace.
  static Value listOf(List items);
  static Value sequence(List items, Sequence what);
  static Value tuple(List items) { return sequence(std::move(items), kTuple); }
  static Value dictionary(Dictionary entries);
  static Value makeNamespace(Dictionary entries);

  bool isTuple() const { return kind == Kind::List && (integer == kTuple || integer == kGroup); }
  bool isMade() const { return kind == Kind::List && integer == kGenerator; }
  /// A list that can be asked for single items.
  bool hasItems() const { return kind == Kind::List && integer != kGenerator && integer != kView; }
  bool isMarkup() const { return kind == Kind::Text && integer != 0; }
  bool is(Kind other) const { return kind == other; }
  /// A number that operators and loops take: Real is only printed and compared.
  bool isNumber() const { return kind == Kind::Integer || kind == Kind::Boolean; }
  bool isTrue() const;
  /// "a list" ... for errors.
  std::string kindName() const;
  /// The entry of that name, or nullptr. Dictionaries and namespaces only.
  const Value *entry(const std::string &key) const;
};

bool operator==(const Value &a, const Value &b);

/// A new entry behind the others, or another value of the one of that name.
void setEntry(Dictionary &entries, const std::string &name, Value value);

/// A text that is safe to stand in HTML: what is added to it is escaped.
Value markup(Value text);
/// What a method of `text` has made of it: markup if that is.
Value likeMarkup(const Value &text, Value made);
/// What Python's markupsafe.escape makes of a text; markup stays.
std::string escaped(const Value &text);

/// str() of Python's float: as few digits as stand for it, and always a point or an exponent.
std::string textOfReal(double value);

/// repr() of Python. False if the value has none here: tuples, functions, and texts outside ASCII.
bool appendPython(const Value &value, std::string &out);

} // namespace weebill::chat

#endif // WEEBILL_COMPILER_IMPORT_CHAT_VALUE_H
