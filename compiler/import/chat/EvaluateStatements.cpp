//===- EvaluateStatements.cpp - Text, output, if, for, set ----------------===//
//
// Tested by tests/unit/compiler/import/ChatTemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/Evaluator.h"

#include <algorithm>
#include <iterator>

namespace weebill::chat {

using Kind = Statement::Kind;

Evaluator::Evaluator(Dictionary variables, const std::string &date) {
  progress.date = date;
  scopes.push_back(builtInFunctions());
  if (!date.empty())
    scopes.back().emplace_back(kDateFunction, Value::function(kDateFunction));
  scopes.push_back(std::move(variables));
}

std::string Evaluator::run(const std::vector<Statement> &statements) {
  try {
    output.clear();
    runBody(statements);
    return output;
  } catch (const std::length_error &error) { // from Value, which knows no lines
    progress.fail(error.what());
  }
}

Evaluator::Flow Evaluator::runBody(const std::vector<Statement> &statements) {
  for (const Statement &statement : statements)
    if (const Flow flow = runStatement(statement); flow != Flow::Next)
      return flow;
  return Flow::Next;
}

Evaluator::Flow Evaluator::runStatement(const Statement &statement) {
  progress.line = statement.line;
  progress.charge(1);
  switch (statement.kind) {
  case Kind::Text:
    output += progress.text(statement.text).text;
    break;
  case Kind::Output:
    output += progress.text(textOf(progress, evaluate(*statement.value))).text;
    break;
  case Kind::If:
    return runIf(statement);
  case Kind::For:
    return runFor(statement);
  case Kind::Set:
    runSet(statement);
    break;
  case Kind::SetBlock:
    runSetBlock(statement);
    break;
  case Kind::Macro:
    defineMacro(statement);
    break;
  case Kind::Filter:
    runFilter(statement);
    break;
  case Kind::Break:
    return Flow::Break;
  case Kind::Continue:
    return Flow::Continue;
  }
  return Flow::Next;
}

Evaluator::Flow Evaluator::runIf(const Statement &statement) {
  for (const Statement::Branch &branch : statement.branches)
    if (evaluate(*branch.condition).isTrue())
      return runBody(branch.body);
  return runBody(statement.otherwise);
}

static Value makeLoop(const List &items, size_t index) {
  const int64_t position = int64_t(index), size = int64_t(items.size());
  return Value::dictionary({
      {"index", Value::number(position + 1)},
      {"index0", Value::number(position)},
      {"revindex", Value::number(size - position)},
      {"revindex0", Value::number(size - position - 1)},
      {"first", Value::boolean(position == 0)},
      {"last", Value::boolean(position + 1 == size)},
      {"length", Value::number(size)},
      {"previtem", index ? items[index - 1] : Value::undefined("previtem")},
      {"nextitem", index + 1 < items.size() ? items[index + 1] : Value::undefined("nextitem")},
  });
}

Evaluator::Flow Evaluator::runFor(const Statement &statement) {
  List items = itemsOf(progress, evaluate(*statement.value));
  if (statement.condition) {
    List chosen;
    for (const Value &item : items) {
      scopes.emplace_back();
      bind(statement.targets, item);
      if (evaluate(*statement.condition).isTrue())
        chosen.push_back(item);
      scopes.pop_back();
    }
    items = std::move(chosen);
  }
  for (size_t i = 0; i < items.size(); ++i) {
    scopes.emplace_back(); // a new one for each round: nothing that is set survives it
    bind(statement.targets, items[i]);
    assign("loop", makeLoop(items, i));
    const Flow flow = runBody(statement.body);
    scopes.pop_back();
    if (flow == Flow::Break)
      break;
  }
  return items.empty() ? runBody(statement.otherwise) : Flow::Next;
}

void Evaluator::runSet(const Statement &statement) {
  Value value = evaluate(*statement.value);
  if (statement.attribute.empty()) {
    bind(statement.targets, value);
    return;
  }
  const Value *object = lookUp(statement.targets[0]);
  if (!object || !object->is(Value::Kind::Namespace))
    progress.fail("'" + statement.targets[0] + "' is not a namespace, its attributes cannot be set");
  if (value.is(Value::Kind::Namespace))
    progress.fail("a namespace inside another value is not supported");
  Dictionary &entries = *object->entries;
  for (auto &[name, old] : entries) {
    if (name == statement.attribute) {
      old = std::move(value);
      return;
    }
  }
  entries.emplace_back(statement.attribute, std::move(value));
}

/// What a body prints, with a scope of its own.
std::string Evaluator::textOfBody(const std::vector<Statement> &body) {
  std::string outer = std::move(output);
  output.clear();
  scopes.emplace_back();
  const Flow flow = runBody(body);
  scopes.pop_back();
  if (flow != Flow::Next)
    progress.fail("'break' or 'continue' inside a set block is not supported");
  std::swap(output, outer);
  return outer;
}

void Evaluator::runSetBlock(const Statement &statement) {
  bind(statement.targets, progress.text(textOfBody(statement.body)));
}

void Evaluator::runFilter(const Statement &statement) {
  Value text = progress.text(textOfBody(statement.body));
  scopes.emplace_back();
  assign(kFilteredText, std::move(text));
  const Value filtered = evaluate(*statement.value);
  scopes.pop_back();
  output += progress.text(textOf(progress, filtered)).text;
}

void Evaluator::defineMacro(const Statement &statement) {
  Value macro = Value::function("macro " + statement.text);
  macro.integer = int64_t(macros.size()) + 1; // 0: a function
  macros.push_back({&statement, scopes.size()});
  progress.charge(statement.targets.size());
  assign(statement.text, std::move(macro));
}

/// A macro sees what stands around its definition, not what stands around its call.
Value Evaluator::callMacro(const Value &value, const Arguments &arguments) {
  constexpr int kMostCalls = 24;
  const Macro macro = macros[size_t(value.integer) - 1];
  const Statement &statement = *macro.statement;
  const std::vector<std::string> &names = statement.targets;
  if (++calls > kMostCalls)
    progress.fail("more than " + std::to_string(kMostCalls) + " macros call each other");
  if (arguments.positional.size() > names.size())
    progress.fail("the " + value.text + " is called with " + std::to_string(arguments.positional.size()) +
                  " arguments and has " + std::to_string(names.size()));
  for (const auto &[name, given] : arguments.named) {
    const auto place = std::find(names.begin(), names.end(), name);
    if (place == names.end() || size_t(place - names.begin()) < arguments.positional.size())
      progress.fail("the " + value.text + " with the argument '" + name + "' is not supported");
  }
  std::vector<Dictionary> callers;
  const size_t seen = std::min(macro.scopes, scopes.size());
  callers.assign(std::make_move_iterator(scopes.begin() + ptrdiff_t(seen)), std::make_move_iterator(scopes.end()));
  scopes.resize(seen);
  scopes.emplace_back();
  const size_t firstDefault = names.size() - statement.defaults.size();
  for (size_t i = 0; i < names.size(); ++i) {
    const Value *given = findArgument(arguments, i, names[i]);
    assign(names[i], given              ? *given
                     : i < firstDefault ? Value::undefined(names[i])
                                        : evaluate(*statement.defaults[i - firstDefault]));
  }
  std::string text = textOfBody(statement.body);
  scopes.resize(seen);
  std::move(callers.begin(), callers.end(), std::back_inserter(scopes));
  --calls;
  return progress.text(std::move(text));
}

void Evaluator::bind(const std::vector<std::string> &targets, const Value &value) {
  if (targets.size() == 1) {
    assign(targets[0], value);
    return;
  }
  const List items = itemsOf(progress, value);
  if (items.size() != targets.size())
    progress.fail(std::to_string(targets.size()) + " names are set to " + std::to_string(items.size()) + " values");
  for (size_t i = 0; i < targets.size(); ++i)
    assign(targets[i], items[i]);
}

void Evaluator::assign(const std::string &name, Value value) {
  for (auto &[known, old] : scopes.back()) {
    if (known == name) {
      old = std::move(value);
      return;
    }
  }
  scopes.back().emplace_back(name, std::move(value));
}

const Value *Evaluator::lookUp(const std::string &name) const {
  for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope)
    for (const auto &[known, value] : *scope)
      if (known == name)
        return &value;
  return nullptr;
}

} // namespace weebill::chat
