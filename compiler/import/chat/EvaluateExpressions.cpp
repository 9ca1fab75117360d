//===- EvaluateExpressions.cpp - Expressions of chat templates ------------===//
//
// Tested by tests/unit/compiler/import/ChatTemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/Evaluator.h"

#include <cmath>

namespace weebill::chat {

using Kind = Expression::Kind;

Value Evaluator::evaluate(const Expression &expression) {
  constexpr int kDeepest = 1000; // of the stack: macros call each other inside expressions
  progress.line = expression.line;
  if (++depth > kDeepest)
    progress.fail("macros call each other inside expressions that are too deep");
  Value value = evaluateKind(expression);
  --depth;
  progress.charge(1 + value.text.size() / 16); // texts are copied
  return value;
}

Value Evaluator::evaluateKind(const Expression &expression) {
  const auto operand = [&](size_t index) { return evaluate(*expression.operands[index]); };
  switch (expression.kind) {
  case Kind::Literal:
    return expression.literal;
  case Kind::Name: {
    const Value *value = lookUp(expression.name);
    return value ? *value : Value::undefined(expression.name);
  }
  case Kind::List: {
    List items;
    for (const ExpressionPointer &item : expression.operands)
      items.push_back(evaluate(*item));
    return expression.name == kTupleName ? Value::tuple(std::move(items)) : Value::listOf(std::move(items));
  }
  case Kind::Dictionary:
    return evaluateDictionary(expression);
  case Kind::Attribute:
    return getAttribute(progress, operand(0), expression.name);
  case Kind::Item: {
    const Value base = operand(0);
    return getItem(progress, base, operand(1));
  }
  case Kind::Slice: {
    const Value base = operand(0);
    const Value start = evaluateOrNone(expression.operands[1]), stop = evaluateOrNone(expression.operands[2]);
    return getSlice(progress, base, start, stop, evaluateOrNone(expression.operands[3]));
  }
  case Kind::Call:
    return evaluateCall(expression);
  case Kind::Filter: {
    const Value value = operand(0);
    return applyFilter(progress, expression.name, value, evaluateArguments(expression));
  }
  case Kind::Test: {
    const Value value = operand(0);
    return Value::boolean(applyTest(progress, expression.name, value, evaluateArguments(expression)));
  }
  case Kind::Not:
    return Value::boolean(!operand(0).isTrue());
  case Kind::Negate: {
    const Value value = operand(0);
    if (value.is(Value::Kind::Real))
      return Value::realNumber(-value.real);
    if (!value.isNumber())
      progress.fail("the sign '-' before " + value.kindName() + " is not supported");
    return applyBinary(progress, "-", Value::number(0), value);
  }
  case Kind::And: {
    Value left = operand(0);
    return left.isTrue() ? operand(1) : left;
  }
  case Kind::Or: {
    Value left = operand(0);
    return left.isTrue() ? left : operand(1);
  }
  case Kind::Binary: {
    const Value left = operand(0);
    if (expression.isSignUnclear && ((left.isNumber() && left.integer < 0) || std::signbit(left.real)))
      progress.fail("the operator '**' behind a negative number that is written there is not supported: set a variable "
                    "to it first");
    return applyBinary(progress, expression.name, left, operand(1));
  }
  case Kind::Comparison:
    return evaluateComparison(expression);
  case Kind::Conditional:
    if (operand(1).isTrue())
      return operand(0);
    return expression.operands[2] ? operand(2) : Value::undefined("the missing else");
  }
  progress.fail("an expression is not supported");
}

Value Evaluator::evaluateOrNone(const ExpressionPointer &expression) {
  return expression ? evaluate(*expression) : Value::none();
}

/// a < b < c is a < b and b < c.
Value Evaluator::evaluateComparison(const Expression &expression) {
  Value left = evaluate(*expression.operands[0]);
  for (size_t i = 0; i < expression.comparisons.size(); ++i) {
    Value right = evaluate(*expression.operands[i + 1]);
    if (!applyComparison(progress, expression.comparisons[i], left, right))
      return Value::boolean(false);
    left = std::move(right);
  }
  return Value::boolean(true);
}

Value Evaluator::evaluateDictionary(const Expression &expression) {
  Dictionary entries;
  for (size_t i = 0; i < expression.operands.size(); i += 2) {
    const Value key = evaluate(*expression.operands[i]);
    if (!key.is(Value::Kind::Text))
      progress.fail("a dictionary with " + key.kindName() + " as a key is not supported");
    for (const auto &[name, value] : entries)
      if (name == key.text)
        progress.fail("a dictionary has the key '" + key.text + "' twice");
    progress.charge(entries.size());
    entries.emplace_back(key.text, evaluate(*expression.operands[i + 1]));
  }
  return Value::dictionary(std::move(entries));
}

Arguments Evaluator::evaluateArguments(const Expression &expression) {
  Arguments arguments;
  for (size_t i = 1; i < expression.operands.size(); ++i)
    arguments.positional.push_back(evaluate(*expression.operands[i]));
  for (const auto &[name, value] : expression.named)
    arguments.named.emplace_back(name, evaluate(*value));
  return arguments;
}

Value Evaluator::evaluateCall(const Expression &expression) {
  const Expression &callee = *expression.operands[0];
  if (callee.kind == Kind::Attribute) {
    const Value object = evaluate(*callee.operands[0]);
    const Arguments arguments = evaluateArguments(expression);
    progress.line = expression.line;
    if (RunningLoop *loop = loopOf(object); loop && (callee.name == "cycle" || callee.name == "changed"))
      return callOfLoop(*loop, callee.name, arguments);
    return callMethod(progress, object, callee.name, arguments);
  }
  const Value function = evaluate(callee);
  if (function.is(Value::Kind::Undefined) && callee.kind == Kind::Name)
    progress.fail(callee.name == kDateFunction
                      ? "the template asks for the date of the day, which '--date YYYY-MM-DD' fixes"
                      : "the function '" + callee.name + "' is not supported");
  if (const RunningLoop *loop = loopOf(function)) {
    const Arguments arguments = evaluateArguments(expression);
    checkArguments(progress, "a recursive loop", arguments, 1, 1);
    return progress.text(textOfLoop(*loop, arguments.positional[0]));
  }
  if (!function.is(Value::Kind::Function))
    progress.fail("calling " + function.kindName() + " is not supported");
  const Arguments arguments = evaluateArguments(expression);
  progress.line = expression.line;
  return function.integer > 0 ? callMacro(function, arguments) : callFunction(progress, function.text, arguments);
}

} // namespace weebill::chat
