//===- Functions.cpp - Functions that every template can see --------------===//
//
// There is a strftime_now only where a date is given: what is built must not depend on the day. Templates that ask
// whether it is defined have a fixed date of their own. Tested by tests/unit/compiler/import/ChatTemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/Operations.h"

namespace weebill::chat {

using Kind = Value::Kind;

namespace {

Value makeRange(Progress &progress, const Arguments &arguments) {
  checkArguments(progress, "the function 'range'", arguments, 1, 3);
  for (const Value &value : arguments.positional)
    if (!value.isNumber())
      progress.fail("the function 'range' with " + value.kindName() + " is not supported");
  const List &given = arguments.positional;
  const int64_t start = given.size() > 1 ? given[0].integer : 0;
  const int64_t stop = given.size() > 1 ? given[1].integer : given[0].integer;
  const int64_t step = given.size() > 2 ? given[2].integer : 1;
  if (step == 0)
    progress.fail("the function 'range' has step 0");
  List numbers;
  for (int64_t i = start; step > 0 ? i < stop : i > stop;) {
    progress.charge(4); // they pile up before anybody counts them
    numbers.push_back(Value::number(i));
    if (__builtin_add_overflow(i, step, &i))
      break;
  }
  return Value::sequence(std::move(numbers), Value::kRange);
}

} // namespace

Value callFunction(Progress &progress, const std::string &name, const Arguments &arguments) {
  if (name == "raise_exception") {
    checkArguments(progress, "the function 'raise_exception'", arguments, 1, 1);
    progress.fail("the template refuses: " + textOf(progress, arguments.positional[0]));
  }
  if (name == "range")
    return makeRange(progress, arguments);
  if (name == "namespace" || name == "dict") {
    checkArguments(progress, "the function '" + name + "'", {arguments.positional, {}}, 0, 1);
    Dictionary entries;
    if (!arguments.positional.empty()) {
      if (!arguments.positional[0].is(Kind::Dictionary))
        progress.fail("the function '" + name + "' of " + arguments.positional[0].kindName() + " is not supported");
      progress.charge(arguments.positional[0].weight);
      entries = *arguments.positional[0].entries;
    }
    for (const auto &[key, value] : arguments.named)
      setEntry(entries, key, value);
    return name == "dict" ? Value::dictionary(std::move(entries)) : Value::makeNamespace(std::move(entries));
  }
  if (name == kDateFunction) {
    checkArguments(progress, "the function 'strftime_now'", arguments, 1, 1);
    return progress.text(formatDate(progress, textOf(progress, arguments.positional[0])));
  }
  progress.fail("the function '" + name + "' is not supported");
}

Dictionary builtInFunctions() {
  Dictionary functions;
  for (const char *name : {"raise_exception", "range", "namespace", "dict"})
    functions.emplace_back(name, Value::function(name));
  return functions;
}

} // namespace weebill::chat
