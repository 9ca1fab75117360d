//===- ExpressionParser.cpp - Expressions of chat templates ---------------===//
//
// Precedence as in Jinja, loosest first: if-else, or, and, not, comparisons, + -, ~, * / // %, **, sign, then
// calls, filters and tests. Tested by tests/unit/compiler/import/ChatTemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/ExpressionParser.h"

#include <algorithm>

namespace weebill::chat {

using Kind = Expression::Kind;

constexpr int kDeepest = 200; // a real template stays below 50

/// Whether Jinja may write down a value for an expression when it compiles it.
static bool mayBeConstant(const Expression &expression) {
  if (expression.kind == Kind::Name || expression.kind == Kind::Call)
    return false;
  const auto may = [](const ExpressionPointer &operand) { return !operand || mayBeConstant(*operand); };
  if (expression.kind == Kind::And || expression.kind == Kind::Or || expression.kind == Kind::Conditional)
    return std::any_of(expression.operands.begin(), expression.operands.end(), may);
  return std::all_of(expression.operands.begin(), expression.operands.end(), may);
}

/// Whether it does so for certain.
static bool isConstant(const Expression &expression) {
  return expression.kind == Kind::Literal ||
         ((expression.kind == Kind::Negate || expression.kind == Kind::Binary) &&
          std::all_of(expression.operands.begin(), expression.operands.end(),
                      [](const ExpressionPointer &operand) { return isConstant(*operand); }));
}

Token ExpressionParser::next() {
  Token token = peek();
  at = std::min(at + 1, tokens.size() - 1);
  return token;
}

bool ExpressionParser::acceptSymbol(const char *symbol) {
  const bool matches = peek().isSymbol(symbol);
  if (matches)
    next();
  return matches;
}

bool ExpressionParser::acceptName(const char *name) {
  const bool matches = peek().isName(name);
  if (matches)
    next();
  return matches;
}

void ExpressionParser::expectSymbol(const char *symbol) {
  if (!acceptSymbol(symbol))
    fail(std::string("'") + symbol + "' is expected, not " + shown());
}

void ExpressionParser::expectName(const char *name) {
  if (!acceptName(name))
    fail(std::string("'") + name + "' is expected, not " + shown());
}

std::string ExpressionParser::expectAnyName() {
  if (peek().kind != Token::Kind::Name)
    fail("a name is expected, not " + shown());
  return next().text;
}

void ExpressionParser::fail(const std::string &what) const { throw TemplateError(peek().line, what); }

std::string ExpressionParser::shown() const {
  switch (peek().kind) {
  case Token::Kind::End:
    return "the template's end";
  case Token::Kind::CloseBlock:
    return "the tag's end";
  case Token::Kind::CloseOutput:
    return "the end of the expression";
  case Token::Kind::Real:
    return peek().text;
  case Token::Kind::Integer:
    return std::to_string(peek().integer);
  case Token::Kind::String:
    return "a text";
  default:
    return "'" + peek().text + "'";
  }
}

ExpressionPointer ExpressionParser::make(Kind kind) const {
  auto result = std::make_unique<Expression>();
  result->kind = kind;
  result->line = peek().line;
  return result;
}

void ExpressionParser::add(Expression &parent, ExpressionPointer operand) const {
  if (operand) {
    parent.depth = std::max(parent.depth, operand->depth + 1);
    if (parent.depth > kDeepest)
      fail("an expression is nested more than " + std::to_string(kDeepest) + " deep");
  }
  parent.operands.push_back(std::move(operand));
}

ExpressionPointer ExpressionParser::parseExpression() {
  constexpr int kMostNested = 60; // each costs a dozen calls
  if (++nesting > kMostNested)
    fail("an expression has more than " + std::to_string(kMostNested) + " brackets inside each other");
  ExpressionPointer result = parseOr();
  while (peek().isName("if")) {
    ExpressionPointer choice = make(Kind::Conditional);
    next();
    add(*choice, std::move(result));
    add(*choice, parseOr());
    add(*choice, acceptName("else") ? parseExpression() : nullptr);
    result = std::move(choice);
  }
  --nesting;
  return result;
}

ExpressionPointer ExpressionParser::parseTuple(bool conditional) {
  const auto parseOne = [&] { return conditional ? parseExpression() : parseOr(); };
  ExpressionPointer first = parseOne();
  if (!peek().isSymbol(","))
    return first;
  ExpressionPointer list = make(Kind::List);
  list->name = kTupleName;
  add(*list, std::move(first));
  while (acceptSymbol(",")) {
    const Token::Kind kind = peek().kind;
    if (kind == Token::Kind::CloseBlock || kind == Token::Kind::CloseOutput)
      break;
    add(*list, parseOne());
  }
  return list;
}

ExpressionPointer ExpressionParser::parseOr() {
  ExpressionPointer left = parseAnd();
  while (peek().isName("or")) {
    ExpressionPointer both = make(Kind::Or);
    next();
    add(*both, std::move(left));
    add(*both, parseAnd());
    left = std::move(both);
  }
  return left;
}

ExpressionPointer ExpressionParser::parseAnd() {
  ExpressionPointer left = parseNot();
  while (peek().isName("and")) {
    ExpressionPointer both = make(Kind::And);
    next();
    add(*both, std::move(left));
    add(*both, parseNot());
    left = std::move(both);
  }
  return left;
}

ExpressionPointer ExpressionParser::parseNot() {
  int count = 0;
  while (acceptName("not"))
    ++count;
  ExpressionPointer result = parseComparison();
  for (; count; --count) {
    ExpressionPointer negated = make(Kind::Not);
    add(*negated, std::move(result));
    result = std::move(negated);
  }
  return result;
}

ExpressionPointer ExpressionParser::parseComparison() {
  ExpressionPointer first = parseSum();
  ExpressionPointer chain;
  while (true) {
    const Token &token = peek();
    std::string name;
    for (const char *symbol : {"==", "!=", "<", ">", "<=", ">="})
      if (token.isSymbol(symbol))
        name = symbol;
    if (token.isName("in"))
      name = "in";
    if (token.isName("not") && peek(1).isName("in")) {
      name = "not in";
      next();
    }
    if (name.empty())
      return chain ? std::move(chain) : std::move(first);
    if (!chain) {
      chain = make(Kind::Comparison);
      add(*chain, std::move(first));
    }
    next();
    chain->comparisons.push_back(name);
    add(*chain, parseSum());
  }
}

ExpressionPointer ExpressionParser::parseSum() {
  ExpressionPointer left = parseConcatenation();
  while (peek().isSymbol("+") || peek().isSymbol("-")) {
    ExpressionPointer sum = make(Kind::Binary);
    sum->name = next().text;
    add(*sum, std::move(left));
    add(*sum, parseConcatenation());
    left = std::move(sum);
  }
  return left;
}

ExpressionPointer ExpressionParser::parseConcatenation() {
  ExpressionPointer left = parseProduct();
  while (peek().isSymbol("~")) {
    ExpressionPointer joined = make(Kind::Binary);
    joined->name = next().text;
    add(*joined, std::move(left));
    add(*joined, parseProduct());
    left = std::move(joined);
  }
  return left;
}

ExpressionPointer ExpressionParser::parseProduct() {
  ExpressionPointer left = parsePower();
  while (peek().isSymbol("*") || peek().isSymbol("/") || peek().isSymbol("//") || peek().isSymbol("%")) {
    ExpressionPointer product = make(Kind::Binary);
    product->name = next().text;
    add(*product, std::move(left));
    add(*product, parsePower());
    left = std::move(product);
  }
  return left;
}

/// From left to right, unlike Python's, and looser than a sign: -2 ** 2 is 4.
ExpressionPointer ExpressionParser::parsePower() {
  ExpressionPointer left = parseUnary(true);
  while (peek().isSymbol("**")) {
    ExpressionPointer power = make(Kind::Binary);
    power->name = next().text;
    ExpressionPointer exponent = parseUnary(true);
    power->isSignUnclear = mayBeConstant(*left) && !isConstant(*exponent);
    add(*power, std::move(left));
    add(*power, std::move(exponent));
    left = std::move(power);
  }
  return left;
}

ExpressionPointer ExpressionParser::parseUnary(bool withFilters) {
  std::string signs;
  while (peek().isSymbol("-") || peek().isSymbol("+"))
    signs += next().text;
  ExpressionPointer result = parsePostfix(parsePrimary());
  for (; !signs.empty(); signs.pop_back()) {
    if (signs.back() == '+')
      fail("the sign '+' is not supported");
    ExpressionPointer negated = make(Kind::Negate);
    add(*negated, std::move(result));
    result = std::move(negated);
  }
  return withFilters ? parseFilters(std::move(result)) : std::move(result);
}

} // namespace weebill::chat
