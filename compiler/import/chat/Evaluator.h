//===- Evaluator.h - Runs a parsed chat template -----------------*- C++ -*-===//
//
// Tested by tests/unit/compiler/import/ChatTemplateTest.cpp and tests/python/test_chat_templates.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_CHAT_EVALUATOR_H
#define WEEBILL_COMPILER_IMPORT_CHAT_EVALUATOR_H

#include "compiler/import/chat/Operations.h"
#include "compiler/import/chat/Syntax.h"

#include <functional>

namespace weebill::chat {

class Evaluator {
public:
  /// `variables`: what the template is given.
  explicit Evaluator(Dictionary variables, const std::string &date = "");

  /// What the statements print. Throws TemplateError.
  std::string run(const std::vector<Statement> &statements);

private:
  enum class Flow { Next, Break, Continue };

  // EvaluateStatements.cpp
  Flow runBody(const std::vector<Statement> &statements);
  Flow runStatement(const Statement &statement);
  Flow runIf(const Statement &statement);
  void runFilter(const Statement &statement);
  Flow runWith(const Statement &statement);
  std::string printed(const std::function<void()> &work);
  std::string textOfBody(const std::vector<Statement> &body);
  void runSet(const Statement &statement);
  void runSetBlock(const Statement &statement);
  Value filteredBody(const Statement &statement);
  void bind(const std::vector<std::string> &targets, const Value &value);
  void assign(const std::string &name, Value value);
  const Value *lookUp(const std::string &name) const;

  struct Macro {
    const Statement *statement;
    size_t scopes;                                              // that it sees: those around its definition
    std::shared_ptr<const std::vector<Dictionary>> around = {}; // a call's body sees these: its caller's are elsewhere
  };

  // EvaluateMacros.cpp
  Value addMacro(Macro macro);
  void defineMacro(const Statement &statement);
  void runCall(const Statement &statement);
  Value callMacro(const Value &macro, const Arguments &arguments);
  void checkMacroArguments(const Value &macro, const Statement &statement, const Arguments &arguments) const;
  void setHidden(const Statement &statement, const Arguments &arguments);
  std::vector<Dictionary> scopesFor(const Macro &macro);
  void enterCall(const char *what);

  // EvaluateExpressions.cpp
  Value evaluate(const Expression &expression);
  Value evaluateKind(const Expression &expression);
  Value evaluateCall(const Expression &expression);
  Value evaluateComparison(const Expression &expression);
  Value evaluateDictionary(const Expression &expression);
  Value evaluateOrNone(const ExpressionPointer &expression);
  Arguments evaluateArguments(const Expression &expression);

  struct RunningLoop {
    const Statement *statement;
    int64_t depth, index, number;
    std::optional<List> last = {}; // what 'changed' was asked last
  };

  // EvaluateLoops.cpp
  Flow runLoop(const Statement &statement, const Value &value, int64_t depth);
  Value makeLoop(const List &items, size_t index, int64_t depth) const;
  RunningLoop *loopOf(const Value &value);
  Value callOfLoop(RunningLoop &loop, const std::string &name, const Arguments &arguments);
  std::string textOfLoop(const RunningLoop &loop, const Value &value);

  Progress progress;
  std::vector<RunningLoop> loops;
  int64_t loopsSoFar = 0;
  std::vector<Macro> macros; // by the number in their values
  int calls = 0;             // of macros and loops, inside each other
  int depth = 0;             // of expressions, likewise
  std::string output;
  std::vector<Dictionary> scopes; // loops have their own, as in Jinja
};

} // namespace weebill::chat

#endif // WEEBILL_COMPILER_IMPORT_CHAT_EVALUATOR_H
