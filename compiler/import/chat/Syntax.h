//===- Syntax.h - Parsed chat templates --------------------------*- C++ -*-===//
//
// The tree that the parser makes and the evaluator walks. Tested by tests/unit/compiler/import/ChatTemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_CHAT_SYNTAX_H
#define WEEBILL_COMPILER_IMPORT_CHAT_SYNTAX_H

#include "compiler/import/chat/Value.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace weebill::chat {

struct Expression;
using ExpressionPointer = std::unique_ptr<Expression>;

struct Expression {
  enum class Kind {
    Literal,     // literal
    Name,        // name
    List,        // operands; name is kTupleName for one in round brackets
    Dictionary,  // operands: key, value, key, value ...
    Attribute,   // operands[0] . name
    Item,        // operands[0] [ operands[1] ]
    Slice,       // operands[0] [ operands[1] : operands[2] : operands[3] ], a missing part is null
    Call,        // operands[0] ( operands[1] ..., named )
    Filter,      // operands[0] | name ( operands[1] ..., named )
    Test,        // operands[0] is name ( operands[1] ... )
    Not,         // not operands[0]
    Negate,      // - operands[0]
    And,         // operands[0] and operands[1]
    Or,          // operands[0] or operands[1]
    Binary,      // operands[0] name operands[1], name is + - * / // % ** ~
    Comparison,  // operands[0] comparisons[0] operands[1] comparisons[1] operands[2] ...
    Conditional, // operands[0] if operands[1] else operands[2]; operands[2] may be null
  };
  Kind kind;
  int line = 1;
  int depth = 1;              // of the tree; limited, because walking it recurses
  bool isSignUnclear = false; // of **: Jinja takes the sign of a base that it has computed before for the power's
  std::string name;
  Value literal;
  std::vector<ExpressionPointer> operands;
  std::vector<std::pair<std::string, ExpressionPointer>> named;
  std::vector<std::string> comparisons; // == != < > <= >= in, not in
};

/// Of a List that Python calls a tuple.
inline constexpr const char *kTupleName = "tuple";

/// A name that no template can write.
inline constexpr const char *kFilteredText = "the text of a filter block";

struct Statement {
  enum class Kind {
    Text,     // text
    Output,   // value
    If,       // branches, otherwise
    For,      // targets in value if condition: body else otherwise
    Set,      // targets = value, or targets[0] . attribute = value
    SetBlock, // targets[0] = what body prints; through value, if not null, as a filter block has it
    Macro,    // text is its name, targets its parameters, the last of them with defaults: body
    Call,     // value, a call, whose macro finds body as 'caller', with parameters as a macro has them
    With,     // targets[i] = defaults[i], seen by body alone
    Filter,   // value, in which kFilteredText stands for what body prints
    Break,
    Continue,
  };
  struct Branch {
    ExpressionPointer condition;
    std::vector<Statement> body;
  };

  Kind kind;
  int line = 1;
  std::string text;
  std::string attribute;
  std::vector<std::string> targets;
  std::vector<std::string> hidden;         // of "caller", "varargs", "kwargs" those that a macro names
  bool isRecursive = false;                // a loop that its body may call
  std::vector<ExpressionPointer> defaults; // of the last of a macro's parameters
  ExpressionPointer value, condition;
  std::vector<Branch> branches;
  std::vector<Statement> body, otherwise;
};

} // namespace weebill::chat

#endif // WEEBILL_COMPILER_IMPORT_CHAT_SYNTAX_H
