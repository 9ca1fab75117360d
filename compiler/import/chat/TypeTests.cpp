//===- TypeTests.cpp - value is test --------------------------------------===//
//
// Tested by tests/unit/compiler/import/ChatTemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/Operations.h"

#include <map>

namespace weebill::chat {

using Kind = Value::Kind;

namespace {

/// Tests without arguments.
const std::map<std::string, bool (*)(const Value &)> &plainTests() {
  using V = const Value;
  static const std::map<std::string, bool (*)(const Value &)> table = {
      {"defined", [](V &v) { return !v.is(Kind::Undefined); }},
      {"undefined", [](V &v) { return v.is(Kind::Undefined); }},
      {"none", [](V &v) { return v.is(Kind::None); }},
      {"boolean", [](V &v) { return v.is(Kind::Boolean); }},
      {"true", [](V &v) { return v.is(Kind::Boolean) && v.integer; }},
      {"false", [](V &v) { return v.is(Kind::Boolean) && !v.integer; }},
      {"integer", [](V &v) { return v.is(Kind::Integer); }},
      {"number", [](V &v) { return v.isNumber() || v.is(Kind::Real); }},
      {"float", [](V &v) { return v.is(Kind::Real); }},
      {"string", [](V &v) { return v.is(Kind::Text); }},
      {"mapping", [](V &v) { return v.is(Kind::Dictionary); }},
      {"escaped", [](V &v) { return v.isMarkup(); }},
      {"callable", [](V &v) { return v.is(Kind::Function) || v.is(Kind::Undefined); }},
      {"iterable",
       [](V &v) { return v.is(Kind::Undefined) || v.is(Kind::Text) || v.is(Kind::List) || v.is(Kind::Dictionary); }},
      {"sequence",
       [](V &v) { return v.is(Kind::Undefined) || v.is(Kind::Text) || v.is(Kind::Dictionary) || v.hasItems(); }},
  };
  return table;
}

const std::map<std::string, std::string> &comparisons() {
  static const std::map<std::string, std::string> table = {
      {"eq", "=="},      {"equalto", "=="}, {"==", "=="},         {"ne", "!="}, {"!=", "!="}, {"lt", "<"},
      {"lessthan", "<"}, {"gt", ">"},       {"greaterthan", ">"}, {"le", "<="}, {"ge", ">="}, {"in", "in"},
      {"<", "<"},        {">", ">"},        {"<=", "<="},         {">=", ">="},
  };
  return table;
}

} // namespace

bool applyTest(Progress &progress, const std::string &name, const Value &value, const Arguments &arguments) {
  const std::string what = "the test '" + name + "'";
  if (const auto plain = plainTests().find(name); plain != plainTests().end()) {
    checkArguments(progress, what, arguments, 0, 0);
    return plain->second(value);
  }
  if (const auto comparison = comparisons().find(name); comparison != comparisons().end()) {
    checkArguments(progress, what, arguments, 1, 1);
    return applyComparison(progress, comparison->second, value, arguments.positional[0]);
  }
  if ((name == "lower" || name == "upper") && arguments.positional.empty()) {
    if (value.is(Kind::List))
      progress.fail(what + " for " + value.kindName() + " is not supported");
    const Value text = Value::string(textOf(progress, value));
    return callMethod(progress, text, name == "lower" ? "islower" : "isupper", {}).isTrue();
  }
  if (name == "sameas" && arguments.positional.size() == 1 &&
      (arguments.positional[0].is(Kind::None) || arguments.positional[0].is(Kind::Boolean)))
    return value.kind == arguments.positional[0].kind && value == arguments.positional[0];
  if ((name == "odd" || name == "even") && value.isNumber())
    return (value.integer % 2 != 0) == (name == "odd");
  if (name == "divisibleby" && value.isNumber() && arguments.positional.size() == 1)
    return applyBinary(progress, "%", value, arguments.positional[0]).integer == 0;
  progress.fail(what + " for " + value.kindName() + " is not supported");
}

} // namespace weebill::chat
