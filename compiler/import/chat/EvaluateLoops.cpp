//===- EvaluateLoops.cpp - for, and what 'loop' knows ---------------------===//
//
// Tested by tests/unit/compiler/import/ChatTemplateTest.cpp and tests/python/test_chat_templates.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/Evaluator.h"

namespace weebill::chat {

/// An entry of 'loop' that no template can write: which of the running loops it is.
static constexpr const char *kNumber = "the number of a loop";

Value Evaluator::makeLoop(const List &items, size_t index, int64_t depth) const {
  const int64_t position = int64_t(index), size = int64_t(items.size());
  return Value::dictionary({
      {"index", Value::number(position + 1)},
      {"index0", Value::number(position)},
      {"revindex", Value::number(size - position)},
      {"revindex0", Value::number(size - position - 1)},
      {"first", Value::boolean(position == 0)},
      {"last", Value::boolean(position + 1 == size)},
      {"length", Value::number(size)},
      {"depth", Value::number(depth)},
      {"depth0", Value::number(depth - 1)},
      {"previtem", index ? items[index - 1] : Value::undefined("previtem")},
      {"nextitem", index + 1 < items.size() ? items[index + 1] : Value::undefined("nextitem")},
      {kNumber, Value::tuple({Value::number(loops.back().number)})}, // a tuple, so that no loop has a text
  });
}

Evaluator::Flow Evaluator::runLoop(const Statement &statement, const Value &value, int64_t depth) {
  List items = itemsOf(progress, value);
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
  loops.push_back({&statement, depth, 0, ++loopsSoFar});
  for (size_t i = 0; i < items.size(); ++i) {
    scopes.emplace_back(); // a new one for each round: nothing that is set survives it
    loops.back().index = int64_t(i);
    bind(statement.targets, items[i]);
    assign("loop", makeLoop(items, i, depth));
    const Flow flow = runBody(statement.body);
    scopes.pop_back();
    if (flow == Flow::Break)
      break;
  }
  loops.pop_back();
  return items.empty() ? runBody(statement.otherwise) : Flow::Next;
}

/// The running loop that a value is, or nullptr.
Evaluator::RunningLoop *Evaluator::loopOf(const Value &value) {
  const Value *number = value.is(Value::Kind::Dictionary) ? value.entry(kNumber) : nullptr;
  if (number)
    for (RunningLoop &loop : loops)
      if (loop.number == number->list->front().integer)
        return &loop;
  return nullptr;
}

/// loop.cycle(...), loop.changed(...).
Value Evaluator::callOfLoop(RunningLoop &loop, const std::string &name, const Arguments &arguments) {
  checkArguments(progress, "the method '" + name + "'", arguments, name == "cycle" ? 1 : 0, 64);
  if (name == "cycle")
    return arguments.positional[size_t(loop.index) % arguments.positional.size()];
  const bool isSame = loop.last && *loop.last == arguments.positional;
  loop.last = arguments.positional;
  return Value::boolean(!isSame);
}

/// What a recursive loop prints for other items.
std::string Evaluator::textOfLoop(const RunningLoop &loop, const Value &value) {
  const Statement &statement = *loop.statement;
  const int64_t depth = loop.depth + 1;
  if (!statement.isRecursive)
    progress.fail("a loop is called that is not 'recursive'");
  enterCall("loops");
  std::string text = printed([&] { runLoop(statement, value, depth); });
  --calls;
  return text;
}

} // namespace weebill::chat
