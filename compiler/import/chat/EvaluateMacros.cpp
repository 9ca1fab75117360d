//===- EvaluateMacros.cpp - Macros, and calls with a body -----------------===//
//
// Tested by tests/unit/compiler/import/ChatTemplateTest.cpp and tests/python/test_chat_templates.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/Evaluator.h"

#include <algorithm>
#include <iterator>

namespace weebill::chat {

/// The value that stands for a macro.
Value Evaluator::addMacro(Macro macro) {
  Value value = Value::function("macro " + macro.statement->text);
  macros.push_back(std::move(macro));
  value.integer = int64_t(macros.size()); // 0: a function
  return value;
}

void Evaluator::defineMacro(const Statement &statement) {
  Value macro = addMacro({&statement, scopes.size()});
  progress.charge(statement.targets.size());
  assign(statement.text, std::move(macro));
}

/// The body becomes a macro that the called one knows as 'caller'.
void Evaluator::runCall(const Statement &statement) {
  size_t weight = 1;
  for (const Dictionary &scope : scopes)
    weight += 1 + scope.size();
  progress.charge(weight);
  Value caller = addMacro({&statement, scopes.size(), std::make_shared<const std::vector<Dictionary>>(scopes)});
  const Expression &call = *statement.value;
  const Value macro = evaluate(*call.operands[0]);
  if (!macro.is(Value::Kind::Function) || macro.integer == 0)
    progress.fail("'call' of " + macro.kindName() + " is not supported");
  Arguments arguments = evaluateArguments(call);
  arguments.named.emplace_back("caller", std::move(caller));
  output += callMacro(macro, arguments).text;
}

void Evaluator::checkMacroArguments(const Value &macro, const Statement &statement, const Arguments &arguments) const {
  const std::vector<std::string> &names = statement.targets, &hidden = statement.hidden;
  const auto doesName = [&](const char *name) { return std::find(hidden.begin(), hidden.end(), name) != hidden.end(); };
  if (arguments.positional.size() > names.size() && !doesName("varargs"))
    progress.fail("the " + macro.text + " is called with " + std::to_string(arguments.positional.size()) +
                  " arguments and has " + std::to_string(names.size()));
  for (const auto &[name, given] : arguments.named) {
    const auto place = std::find(names.begin(), names.end(), name);
    const bool isUnknown = place == names.end();
    if (isUnknown ? !(doesName("kwargs") || (name == "caller" && doesName("caller")))
                  : size_t(place - names.begin()) < arguments.positional.size())
      progress.fail("the " + macro.text + " with the argument '" + name + "' is not supported");
  }
}

/// What a macro has beside its parameters, if it names it.
void Evaluator::setHidden(const Statement &statement, const Arguments &arguments) {
  const std::vector<std::string> &names = statement.targets;
  for (const std::string &hidden : statement.hidden) {
    if (std::find(names.begin(), names.end(), hidden) != names.end())
      continue; // a parameter of that name
    const Value *caller = findNamed(arguments, "caller");
    if (hidden == "caller") {
      assign(hidden, caller ? *caller : Value::undefined("caller"));
    } else if (hidden == "varargs") {
      const size_t from = std::min(arguments.positional.size(), names.size());
      assign(hidden, Value::tuple({arguments.positional.begin() + ptrdiff_t(from), arguments.positional.end()}));
    } else {
      Dictionary others;
      for (const auto &[name, value] : arguments.named)
        if (std::find(names.begin(), names.end(), name) == names.end() && name != "caller")
          others.emplace_back(name, value);
      assign(hidden, Value::dictionary(std::move(others)));
    }
  }
}

/// Of macros or loops: what calls itself without end is refused.
void Evaluator::enterCall(const char *what) {
  constexpr int kMostCalls = 24;
  if (++calls > kMostCalls)
    progress.fail("more than " + std::to_string(kMostCalls) + " " + what + " call each other");
}

/// A macro sees what stands around its definition, not what stands around its call.
Value Evaluator::callMacro(const Value &value, const Arguments &arguments) {
  const Macro macro = macros[size_t(value.integer) - 1];
  const Statement &statement = *macro.statement;
  const std::vector<std::string> &names = statement.targets;
  enterCall("macros");
  checkMacroArguments(value, statement, arguments);
  std::vector<Dictionary> callers = scopesFor(macro);
  const size_t seen = scopes.size();
  scopes.emplace_back();
  const size_t firstDefault = names.size() - statement.defaults.size();
  for (size_t i = 0; i < names.size(); ++i) {
    const Value *given = findArgument(arguments, i, names[i]);
    assign(names[i], given              ? *given
                     : i < firstDefault ? Value::undefined(names[i])
                                        : evaluate(*statement.defaults[i - firstDefault]));
  }
  setHidden(statement, arguments);
  std::string text = textOfBody(statement.body);
  scopes.resize(macro.around ? 0 : seen);
  std::move(callers.begin(), callers.end(), std::back_inserter(scopes));
  --calls;
  return progress.text(std::move(text));
}

/// Makes the scopes those that a macro sees; what it does not see comes back, all of it for the body of a call.
std::vector<Dictionary> Evaluator::scopesFor(const Macro &macro) {
  std::vector<Dictionary> callers;
  if (macro.around) {
    progress.charge(1 + macro.around->size());
    callers = std::move(scopes);
    scopes = *macro.around;
    return callers;
  }
  const size_t seen = std::min(macro.scopes, scopes.size());
  callers.assign(std::make_move_iterator(scopes.begin() + ptrdiff_t(seen)), std::make_move_iterator(scopes.end()));
  scopes.resize(seen);
  return callers;
}

} // namespace weebill::chat
