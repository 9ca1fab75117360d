//===- Evaluator.h - Runs a parsed chat template -----------------*- C++ -*-===//
//
// Tested by tests/unit/compiler/import/ChatTemplateTest.cpp and tests/python/test_chat_templates.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_CHAT_EVALUATOR_H
#define WEEBILL_COMPILER_IMPORT_CHAT_EVALUATOR_H

#include "compiler/import/chat/Operations.h"
#include "compiler/import/chat/Syntax.h"

namespace weebill::chat {

class Evaluator {
public:
  /// `variables`: what the template is given.
  explicit Evaluator(Dictionary variables);

  /// What the statements print. Throws TemplateError.
  std::string run(const std::vector<Statement> &statements);

private:
  enum class Flow { Next, Break, Continue };

  // EvaluateStatements.cpp
  Flow runBody(const std::vector<Statement> &statements);
  Flow runStatement(const Statement &statement);
  Flow runIf(const Statement &statement);
  Flow runFor(const Statement &statement);
  void runSet(const Statement &statement);
  void runSetBlock(const Statement &statement);
  void bind(const std::vector<std::string> &targets, const Value &value);
  void assign(const std::string &name, Value value);
  const Value *lookUp(const std::string &name) const;

  // EvaluateExpressions.cpp
  Value evaluate(const Expression &expression);
  Value evaluateKind(const Expression &expression);
  Value evaluateCall(const Expression &expression);
  Value evaluateComparison(const Expression &expression);
  Value evaluateDictionary(const Expression &expression);
  Value evaluateOrNone(const ExpressionPointer &expression);
  Arguments evaluateArguments(const Expression &expression);

  Progress progress;
  std::string output;
  std::vector<Dictionary> scopes; // loops have their own, as in Jinja
};

} // namespace weebill::chat

#endif // WEEBILL_COMPILER_IMPORT_CHAT_EVALUATOR_H
