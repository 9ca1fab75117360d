//===- OperandParser.cpp - Operands of chat templates ---------------------===//
//
// What stands between operators: names, literals, brackets, and what follows them directly: attributes, items, calls,
// filters, tests. Tested by tests/unit/compiler/import/ChatTemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/ExpressionParser.h"

#include <algorithm>
#include <charconv>

namespace weebill::chat {

using Kind = Expression::Kind;

ExpressionPointer ExpressionParser::parsePrimary() {
  ExpressionPointer result = make(Kind::Literal);
  const Token token = peek();
  if (token.kind == Token::Kind::Name) {
    next();
    if (token.text == "true" || token.text == "True") {
      result->literal = Value::boolean(true);
    } else if (token.text == "false" || token.text == "False") {
      result->literal = Value::boolean(false);
    } else if (token.text == "none" || token.text == "None") {
      result->literal = Value::none();
    } else {
      result->kind = Kind::Name;
      result->name = token.text;
    }
    return result;
  }
  if (token.kind == Token::Kind::Integer) {
    result->literal = Value::number(next().integer);
    return result;
  }
  if (token.kind == Token::Kind::Real) {
    const std::string digits = next().text;
    double real = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), real);
    result->literal = Value::realNumber(real);
    return result;
  }
  if (token.kind == Token::Kind::String) { // neighbours are one text
    std::string text;
    while (peek().kind == Token::Kind::String)
      text += next().text;
    result->literal = Value::string(std::move(text));
    return result;
  }
  if (acceptSymbol("("))
    return parseListOrGroup(")", true);
  if (acceptSymbol("["))
    return parseListOrGroup("]", false);
  if (acceptSymbol("{"))
    return parseDictionary();
  fail("an expression is expected, not " + shown());
}

/// After the opening bracket. A group with one expression and no comma is that expression.
ExpressionPointer ExpressionParser::parseListOrGroup(const char *close, bool group) {
  ExpressionPointer list = make(Kind::List);
  bool comma = false;
  while (!acceptSymbol(close)) {
    add(*list, parseExpression());
    const bool more = acceptSymbol(",");
    comma |= more;
    if (!more) {
      expectSymbol(close);
      break;
    }
  }
  if (group && !comma && list->operands.size() == 1)
    return std::move(list->operands[0]);
  if (group)
    list->name = kTupleName;
  return list;
}

ExpressionPointer ExpressionParser::parseDictionary() {
  ExpressionPointer result = make(Kind::Dictionary);
  while (!acceptSymbol("}")) {
    add(*result, parseExpression());
    expectSymbol(":");
    add(*result, parseExpression());
    if (!acceptSymbol(",")) {
      expectSymbol("}");
      break;
    }
  }
  return result;
}

ExpressionPointer ExpressionParser::parsePostfix(ExpressionPointer base) {
  while (true) {
    if (peek().isSymbol(".")) {
      ExpressionPointer attribute = make(Kind::Attribute);
      next();
      if (peek().kind == Token::Kind::Integer) { // a.0 is a[0]
        attribute->kind = Kind::Item;
        add(*attribute, std::move(base));
        ExpressionPointer index = make(Kind::Literal);
        index->literal = Value::number(next().integer);
        add(*attribute, std::move(index));
      } else {
        attribute->name = expectAnyName();
        add(*attribute, std::move(base));
      }
      base = std::move(attribute);
    } else if (peek().isSymbol("[")) {
      base = parseSubscript(std::move(base));
    } else if (peek().isSymbol("(")) {
      ExpressionPointer call = make(Kind::Call);
      add(*call, std::move(base));
      parseArguments(*call);
      base = std::move(call);
    } else {
      return base;
    }
  }
}

ExpressionPointer ExpressionParser::parseSubscript(ExpressionPointer base) {
  ExpressionPointer result = make(Kind::Item);
  add(*result, std::move(base));
  expectSymbol("[");
  ExpressionPointer parts[3];
  int colons = 0;
  for (; !peek().isSymbol("]");) {
    if (acceptSymbol(":")) {
      if (++colons > 2)
        fail("a slice has more than two ':'");
    } else if (parts[colons]) {
      fail("']' is expected, not " + shown());
    } else {
      parts[colons] = parseExpression();
    }
  }
  next();
  if (colons == 0 && !parts[0])
    fail("an index is expected, not ']'");
  if (colons)
    result->kind = Kind::Slice;
  for (int i = 0; i < (colons ? 3 : 1); ++i)
    add(*result, std::move(parts[i]));
  return result;
}

void ExpressionParser::parseArguments(Expression &call) {
  expectSymbol("(");
  while (!acceptSymbol(")")) {
    if (peek().isSymbol("*") || peek().isSymbol("**"))
      fail("unpacked arguments ('*') are not supported");
    if (peek().kind == Token::Kind::Name && peek(1).isSymbol("=")) {
      std::string name = next().text;
      next();
      ExpressionPointer value = parseExpression();
      call.depth = std::max(call.depth, value->depth + 1);
      call.named.emplace_back(std::move(name), std::move(value));
    } else {
      add(call, parseExpression());
    }
    if (!acceptSymbol(",")) {
      expectSymbol(")");
      break;
    }
  }
}

ExpressionPointer ExpressionParser::parseFilters(ExpressionPointer base) {
  while (true) {
    if (peek().isSymbol("|")) {
      ExpressionPointer filter = make(Kind::Filter);
      next();
      filter->name = expectAnyName();
      add(*filter, std::move(base));
      if (peek().isSymbol("("))
        parseArguments(*filter);
      base = std::move(filter);
    } else if (peek().isName("is")) {
      base = parseTest(std::move(base));
    } else if (peek().isSymbol("(")) {
      fail("calling the result of a filter is not supported");
    } else {
      return base;
    }
  }
}

ExpressionPointer ExpressionParser::parseBlockFilters() {
  ExpressionPointer text = make(Kind::Name);
  text->name = kFilteredText;
  ExpressionPointer filter = make(Kind::Filter);
  filter->name = expectAnyName();
  add(*filter, std::move(text));
  if (peek().isSymbol("("))
    parseArguments(*filter);
  return parseFilters(std::move(filter));
}

ExpressionPointer ExpressionParser::parseTest(ExpressionPointer base) {
  ExpressionPointer test = make(Kind::Test);
  expectName("is");
  const bool negated = acceptName("not");
  test->name = expectAnyName();
  add(*test, std::move(base));
  const Token &token = peek();
  const bool isWord = token.kind == Token::Kind::Name && !token.isName("else") && !token.isName("or") &&
                      !token.isName("and") && !token.isName("is") && !token.isName("if") && !token.isName("in") &&
                      !token.isName("not");
  if (token.isSymbol("("))
    parseArguments(*test);
  else if (isWord || token.kind == Token::Kind::String || token.kind == Token::Kind::Integer ||
           token.kind == Token::Kind::Real || token.isSymbol("[") || token.isSymbol("{"))
    add(*test, parsePostfix(parsePrimary())); // "is eq 3"
  if (!negated)
    return test;
  ExpressionPointer result = make(Kind::Not);
  add(*result, std::move(test));
  return result;
}

} // namespace weebill::chat
