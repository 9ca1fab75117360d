//===- EvaluateStatements.cpp - Text, output, if, for, set ----------------===//
//
// Tested by tests/unit/compiler/import/ChatTemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/Evaluator.h"

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
    return runLoop(statement, evaluate(*statement.value), 1);
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
  case Kind::With:
    return runWith(statement);
  case Kind::Call:
    runCall(statement);
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
  setEntry(*object->entries, statement.attribute, std::move(value));
}

/// What is printed meanwhile, in a scope of its own.
std::string Evaluator::printed(const std::function<void()> &work) {
  std::string outer = std::move(output);
  output.clear();
  scopes.emplace_back();
  work();
  scopes.pop_back();
  std::swap(output, outer);
  return outer;
}

std::string Evaluator::textOfBody(const std::vector<Statement> &body) {
  return printed([&] {
    if (runBody(body) != Flow::Next)
      progress.fail("'break' or 'continue' inside a set block is not supported");
  });
}

void Evaluator::runSetBlock(const Statement &statement) { bind(statement.targets, filteredBody(statement)); }

/// What a body prints, through filters if there are any.
Value Evaluator::filteredBody(const Statement &statement) {
  Value text = progress.text(textOfBody(statement.body));
  if (!statement.value)
    return text;
  scopes.emplace_back();
  assign(kFilteredText, std::move(text));
  Value filtered = evaluate(*statement.value);
  scopes.pop_back();
  return filtered;
}

void Evaluator::runFilter(const Statement &statement) {
  output += progress.text(textOf(progress, filteredBody(statement))).text;
}

/// The values see what stands around, not each other.
Evaluator::Flow Evaluator::runWith(const Statement &statement) {
  List values;
  for (const ExpressionPointer &value : statement.defaults)
    values.push_back(evaluate(*value));
  scopes.emplace_back();
  for (size_t i = 0; i < values.size(); ++i)
    assign(statement.targets[i], std::move(values[i]));
  const Flow flow = runBody(statement.body);
  scopes.pop_back();
  return flow;
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

void Evaluator::assign(const std::string &name, Value value) { setEntry(scopes.back(), name, std::move(value)); }

const Value *Evaluator::lookUp(const std::string &name) const {
  for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope)
    for (const auto &[known, value] : *scope)
      if (known == name)
        return &value;
  return nullptr;
}

} // namespace weebill::chat
