//===- TemplateParser.cpp - Statements of chat templates ------------------===//
//
// Tested by tests/unit/compiler/import/ChatTemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/TemplateParser.h"

#include "compiler/import/chat/ExpressionParser.h"

#include <algorithm>

namespace weebill::chat {

namespace {

using Kind = Statement::Kind;
using Body = std::vector<Statement>;

class TemplateParser {
public:
  explicit TemplateParser(const std::string &source) : in(tokenizeTemplate(source)) {}

  Body run() { return parseBody({}); }

private:
  /// Statements up to a block tag whose word is one of `ends`; the tag is open and its word is next. No ends: up to the
  /// template's end.
  Body parseBody(const std::vector<std::string> &ends) {
    constexpr int kMostNested = 60;
    if (++nesting > kMostNested)
      in.fail("more than " + std::to_string(kMostNested) + " statements are inside each other");
    Body body;
    while (in.peek().kind != Token::Kind::End) {
      const Token token = in.next();
      if (token.kind == Token::Kind::Text) {
        body.push_back(make(Kind::Text));
        body.back().text = token.text;
      } else if (token.kind == Token::Kind::OpenOutput) {
        body.push_back(make(Kind::Output));
        body.back().value = in.parseTuple();
        if (in.peek().kind != Token::Kind::CloseOutput)
          in.fail("'}}' is expected, not " + in.shown());
        in.next();
      } else {
        const std::string word = in.peek().text;
        if (std::find(ends.begin(), ends.end(), word) != ends.end()) {
          --nesting;
          return body;
        }
        parseStatement(body);
      }
    }
    if (!ends.empty())
      in.fail("'" + ends.back() + "' is missing");
    --nesting;
    return body;
  }

  void parseStatement(Body &body) {
    const std::string word = in.expectAnyName();
    if (word == "if") {
      body.push_back(parseIf());
    } else if (word == "for") {
      body.push_back(parseFor());
    } else if (word == "set") {
      body.push_back(parseSet());
    } else if (word == "macro") {
      body.push_back(parseMacro());
    } else if (word == "filter") {
      body.push_back(parseFilter());
    } else if (word == "call") {
      body.push_back(parseCall());
    } else if (word == "with") {
      body.push_back(parseWith());
    } else if (word == "break" || word == "continue") {
      if (loops == 0)
        in.fail("'" + word + "' outside of a loop");
      body.push_back(make(word == "break" ? Kind::Break : Kind::Continue));
      closeBlock();
    } else if (word == "generation") { // marks what a model is trained on, prints as if it were not there
      closeBlock();
      for (Statement &statement : parseBody({"endgeneration"}))
        body.push_back(std::move(statement));
      endBlock();
    } else {
      in.fail("the statement '" + word + "' is not supported");
    }
  }

  Statement parseIf() {
    Statement statement = make(Kind::If);
    while (true) {
      Statement::Branch branch;
      branch.condition = in.parseTuple();
      closeBlock();
      branch.body = parseBody({"elif", "else", "endif"});
      statement.branches.push_back(std::move(branch));
      if (!in.acceptName("elif"))
        break;
    }
    parseElse(statement, "endif");
    return statement;
  }

  /// At the word after a body: "else" or the end.
  void parseElse(Statement &statement, const char *end) {
    if (in.acceptName("else")) {
      closeBlock();
      statement.otherwise = parseBody({end});
    }
    endBlock();
  }

  Statement parseFor() {
    Statement statement = make(Kind::For);
    statement.targets = parseTargets();
    in.expectName("in");
    statement.value = in.parseTuple(/*conditional=*/false);
    if (in.acceptName("if"))
      statement.condition = in.parseExpression();
    statement.isRecursive = in.acceptName("recursive");
    closeBlock();
    ++loops;
    statement.body = parseBody({"else", "endfor"});
    --loops;
    parseElse(statement, "endfor");
    return statement;
  }

  std::vector<std::string> parseTargets() {
    std::vector<std::string> targets = {in.expectAnyName()};
    while (in.acceptSymbol(","))
      targets.push_back(in.expectAnyName());
    return targets;
  }

  Statement parseSet() {
    Statement statement = make(Kind::Set);
    statement.targets = parseTargets();
    if (statement.targets.size() == 1 && in.acceptSymbol("."))
      statement.attribute = in.expectAnyName();
    if (in.acceptSymbol("=")) {
      statement.value = in.parseTuple();
      closeBlock();
      return statement;
    }
    if (statement.targets.size() > 1 || !statement.attribute.empty())
      in.fail("'=' is expected, not " + in.shown());
    statement.kind = Kind::SetBlock;
    if (in.acceptSymbol("|"))
      statement.value = in.parseBlockFilters();
    closeBlock();
    statement.body = parseBody({"endset"});
    endBlock();
    return statement;
  }

  Statement parseMacro() {
    Statement statement = make(Kind::Macro);
    statement.text = in.expectAnyName();
    in.expectSymbol("(");
    parseParameters(statement);
    closeBlock();
    parseMacroBody(statement, "endmacro");
    return statement;
  }

  /// {% call(a, b) macro(...) %}: the body is a macro without a name.
  Statement parseCall() {
    Statement statement = make(Kind::Call);
    statement.text = "caller";
    if (in.acceptSymbol("("))
      parseParameters(statement);
    statement.value = in.parseExpression();
    if (statement.value->kind != Expression::Kind::Call)
      in.fail("a call is expected behind 'call'");
    closeBlock();
    parseMacroBody(statement, "endcall");
    return statement;
  }

  Statement parseWith() {
    Statement statement = make(Kind::With);
    while (in.peek().kind != Token::Kind::CloseBlock) {
      if (!statement.targets.empty())
        in.expectSymbol(",");
      statement.targets.push_back(in.expectAnyName());
      in.expectSymbol("=");
      statement.defaults.push_back(in.parseExpression());
    }
    closeBlock();
    statement.body = parseBody({"endwith"});
    endBlock();
    return statement;
  }

  /// What Jinja gives a macro that names it.
  void parseMacroBody(Statement &statement, const char *end) {
    const size_t from = in.position();
    parseInner(statement, end);
    for (const char *name : {"caller", "varargs", "kwargs"})
      if (in.hasName(from, name))
        statement.hidden.push_back(name);
  }

  void parseParameters(Statement &statement) {
    while (!in.acceptSymbol(")")) {
      if (!statement.targets.empty())
        in.expectSymbol(",");
      if (in.acceptSymbol(")")) // behind a last comma
        break;
      statement.targets.push_back(in.expectAnyName());
      if (in.acceptSymbol("="))
        statement.defaults.push_back(in.parseExpression());
      else if (!statement.defaults.empty())
        in.fail("the parameter '" + statement.targets.back() + "' needs a default, as those before it");
    }
  }

  Statement parseFilter() {
    Statement statement = make(Kind::Filter);
    statement.value = in.parseBlockFilters();
    closeBlock();
    parseInner(statement, "endfilter");
    return statement;
  }

  /// A body that no loop around it can be left from.
  void parseInner(Statement &statement, const char *end) {
    const int outerLoops = std::exchange(loops, 0);
    statement.body = parseBody({end});
    loops = outerLoops;
    endBlock();
  }

  Statement make(Kind kind) const {
    Statement statement;
    statement.kind = kind;
    statement.line = in.peek().line;
    return statement;
  }

  void closeBlock() {
    if (in.peek().kind != Token::Kind::CloseBlock)
      in.fail("'%}' is expected, not " + in.shown());
    in.next();
  }

  /// The word that ended a body, for example "endif", and its tag's end.
  void endBlock() {
    in.next();
    closeBlock();
  }

  ExpressionParser in;
  int nesting = 0;
  int loops = 0;
};

} // namespace

std::vector<Statement> parseTemplate(const std::string &source) { return TemplateParser(source).run(); }

} // namespace weebill::chat
