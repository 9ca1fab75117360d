//===- ExpressionParser.h - Expressions of chat templates --------*- C++ -*-===//
//
// Jinja's expression grammar by recursive descent, one function for each level of precedence. Tested by
// tests/unit/compiler/import/ChatTemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_CHAT_EXPRESSIONPARSER_H
#define WEEBILL_COMPILER_IMPORT_CHAT_EXPRESSIONPARSER_H

#include "compiler/import/chat/Lexer.h"
#include "compiler/import/chat/Syntax.h"

#include <algorithm>

namespace weebill::chat {

/// Reads tokens one after the other; the statement parser continues where an expression ended.
class ExpressionParser {
public:
  explicit ExpressionParser(std::vector<Token> all) : tokens(std::move(all)) {}

  const Token &peek(size_t ahead = 0) const { return tokens[std::min(at + ahead, tokens.size() - 1)]; }
  Token next();
  /// Tokens that were read, and whether one of them from a position on is that name.
  size_t position() const { return at; }
  bool hasName(size_t from, const char *name) const {
    return std::any_of(tokens.begin() + ptrdiff_t(from), tokens.begin() + ptrdiff_t(at),
                       [&](const Token &token) { return token.isName(name); });
  }
  bool acceptSymbol(const char *symbol);
  bool acceptName(const char *name);
  void expectSymbol(const char *symbol);
  void expectName(const char *name);
  std::string expectAnyName();
  [[noreturn]] void fail(const std::string &what) const;
  /// The token at hand as errors show it.
  std::string shown() const;

  /// Everything, with "a if b else c".
  ExpressionPointer parseExpression();
  /// Without the conditional form: what comes after "in" of a for loop, whose "if" is the loop's filter.
  ExpressionPointer parseOr();
  /// The filters of a filter block, on what it prints.
  ExpressionPointer parseBlockFilters();
  /// An expression, or several with commas between them: a list.
  ExpressionPointer parseTuple(bool conditional = true);

private:
  ExpressionPointer parseAnd();
  ExpressionPointer parseNot();
  ExpressionPointer parseComparison();
  ExpressionPointer parseSum();
  ExpressionPointer parseConcatenation();
  ExpressionPointer parseProduct();
  ExpressionPointer parsePower();
  ExpressionPointer parseUnary(bool withFilters);
  ExpressionPointer parsePrimary();
  ExpressionPointer parsePostfix(ExpressionPointer base);
  ExpressionPointer parseFilters(ExpressionPointer base);
  ExpressionPointer parseTest(ExpressionPointer base);
  ExpressionPointer parseSubscript(ExpressionPointer base);
  ExpressionPointer parseListOrGroup(const char *close, bool group);
  ExpressionPointer parseDictionary();
  void parseArguments(Expression &call);

  ExpressionPointer make(Expression::Kind kind) const;
  /// Takes over an operand and keeps the tree's depth in bounds.
  void add(Expression &parent, ExpressionPointer operand) const;

  std::vector<Token> tokens;
  size_t at = 0;
  int nesting = 0; // of parseExpression in itself
};

} // namespace weebill::chat

#endif // WEEBILL_COMPILER_IMPORT_CHAT_EXPRESSIONPARSER_H
