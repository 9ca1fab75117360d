//===- Lexer.cpp - Chat templates as tokens -------------------------------===//
//
// Tested by tests/unit/compiler/import/ChatTemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/Lexer.h"

#include "compiler/import/chat/Escapes.h"
#include "compiler/import/chat/TextOperations.h"
#include "compiler/import/chat/WhiteSpace.h"

#include <optional>
#include <string_view>

namespace weebill::chat {

namespace {

bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool isDigit(char c) { return c >= '0' && c <= '9'; }

/// As Jinja: every line end is one \n, and one at the very end is dropped.
std::string normalizeLineEnds(const std::string &source) {
  std::string result;
  for (size_t i = 0; i < source.size(); ++i) {
    if (source[i] == '\r') {
      result += '\n';
      if (i + 1 < source.size() && source[i + 1] == '\n')
        ++i;
    } else {
      result += source[i];
    }
  }
  if (result.ends_with('\n'))
    result.pop_back();
  return result;
}

class Lexer {
public:
  explicit Lexer(const std::string &text) : source(normalizeLineEnds(text)) {}

  std::vector<Token> run() {
    while (at < source.size())
      readTextAndTag();
    emit(Token::Kind::End);
    return std::move(tokens);
  }

private:
  [[noreturn]] void fail(const std::string &what) const { throw TemplateError(line, what); }

  void emit(Token::Kind kind, std::string text = {}, int64_t integer = 0) {
    tokens.push_back({kind, std::move(text), integer, line});
  }

  /// Moves on and counts lines.
  void skip(size_t count) {
    for (; count; --count)
      line += source[at++] == '\n';
  }
  void skipWhiteSpace() {
    while (const size_t bytes = spaceAtStart(rest()))
      skip(bytes);
  }
  std::string_view rest() const { return std::string_view(source).substr(at); }

  /// Where the next tag opens, or the end.
  size_t findTag() const {
    for (size_t i = at; i + 1 < source.size(); ++i)
      if (source[i] == '{' && (source[i + 1] == '{' || source[i + 1] == '%' || source[i + 1] == '#'))
        return i;
    return source.size();
  }

  void readTextAndTag() {
    const size_t tag = findTag();
    const char kind = tag < source.size() ? source[tag + 1] : '\0';
    const char sign = tag + 2 < source.size() ? source[tag + 2] : '\0';
    readText(tag, kind, sign);
    if (!kind)
      return;
    if (const auto raw = wordTagAt(at, "raw"); raw && raw->signBehind != '+') {
      readRaw(*raw);
      return;
    }
    skip(sign == '-' || sign == '+' ? 3 : 2);
    if (kind == '#')
      skipComment();
    else
      readTag(kind == '{');
  }

  /// The text up to a tag of that kind, without the white space that its sign or its place on a line takes away.
  void readText(size_t tag, char kind, char sign) {
    std::string text = source.substr(at, tag - at);
    const bool atLineStart = at == 0 || source[at - 1] == '\n';
    if (kind && sign == '-') {
      text.resize(stripRight(text).size());
    } else if ((kind == '%' || kind == '#') && sign != '+') { // lstrip_blocks: a tag alone on its line has no indent
      const size_t lineStart = text.rfind('\n') + 1;          // 0 if there is no line end
      if ((lineStart > 0 || atLineStart) && isBlank(std::string_view(text).substr(lineStart)))
        text.resize(lineStart);
    }
    if (!text.empty())
      emit(Token::Kind::Text, text);
    skip(tag - at);
  }

  /// A tag with nothing in it but a word.
  struct WordTag {
    size_t bytes = 0;
    char signBefore = '\0', signBehind = '\0';
  };
  std::optional<WordTag> wordTagAt(size_t place, std::string_view word) const {
    const std::string_view whole = std::string_view(source).substr(place);
    if (!whole.starts_with("{%"))
      return std::nullopt;
    std::string_view text = whole.substr(2);
    const auto takeSign = [&] {
      const char sign = text.starts_with('-') || text.starts_with('+') ? text.front() : '\0';
      text.remove_prefix(sign ? 1 : 0);
      return sign;
    };
    WordTag tag;
    tag.signBefore = takeSign();
    text = stripLeft(text);
    if (!text.starts_with(word))
      return std::nullopt;
    text = stripLeft(text.substr(word.size()));
    tag.signBehind = takeSign();
    if (!text.starts_with("%}"))
      return std::nullopt;
    tag.bytes = whole.size() - text.size() + 2;
    return tag;
  }

  /// What stands up to the next "endraw" is text, tags and all. A line end behind "raw" stays, as in Jinja.
  void readRaw(const WordTag &begin) {
    skip(begin.bytes);
    if (begin.signBehind == '-')
      skipWhiteSpace();
    for (size_t place = source.find("{%", at); place != std::string::npos; place = source.find("{%", place + 1)) {
      const std::optional<WordTag> end = wordTagAt(place, "endraw");
      if (!end)
        continue;
      readText(place, '%', end->signBefore);
      skip(end->bytes);
      finishTag(end->signBehind, false);
      return;
    }
    fail("a 'raw' has no 'endraw'");
  }

  /// After the closing bracket of a tag: '-' eats white space, and trim_blocks a line end after blocks and comments.
  void finishTag(char sign, bool isOutput) {
    if (sign == '-')
      skipWhiteSpace();
    else if (!isOutput && sign != '+' && at < source.size() && source[at] == '\n')
      skip(1);
  }

  void skipComment() {
    const size_t end = source.find("#}", at);
    if (end == std::string::npos)
      fail("a comment has no '#}'");
    const char sign = end > at ? source[end - 1] : '\0';
    skip(end + 2 - at);
    finishTag(sign, false);
  }

  void readTag(bool isOutput) {
    emit(isOutput ? Token::Kind::OpenOutput : Token::Kind::OpenBlock);
    const std::string_view close = isOutput ? "}}" : "%}";
    int depth = 0; // open brackets: '}}' may also close two dictionaries
    while (true) {
      skipWhiteSpace();
      if (at == source.size())
        fail(std::string("a tag has no '") + std::string(close) + "'");
      if (depth == 0) {
        const bool isSigned = source[at] == '-' || (source[at] == '+' && !isOutput);
        const char sign = isSigned ? source[at] : '\0';
        if (std::string_view(source).substr(at + isSigned).starts_with(close)) {
          skip(close.size() + isSigned);
          emit(isOutput ? Token::Kind::CloseOutput : Token::Kind::CloseBlock);
          finishTag(sign, isOutput);
          return;
        }
      }
      readToken(depth);
    }
  }

  void readToken(int &depth) {
    const char c = source[at];
    if (isLetter(c)) {
      size_t end = at;
      while (end < source.size() && (isLetter(source[end]) || isDigit(source[end])))
        ++end;
      emit(Token::Kind::Name, source.substr(at, end - at));
      skip(end - at);
    } else if (isDigit(c)) {
      readNumber();
    } else if (c == '\'' || c == '"') {
      readString(c);
    } else {
      readSymbol(depth);
    }
  }

  /// In a.0.1 are two numbers.
  bool behindPoint() const { return !tokens.empty() && tokens.back().isSymbol("."); }

  void readNumber() {
    int64_t value = 0;
    size_t end = at;
    for (; end < source.size() && isDigit(source[end]); ++end)
      if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, source[end] - '0', &value))
        fail("a number is too large");
    if (end + 1 < source.size() && source[end] == '.' && isDigit(source[end + 1]) && !behindPoint()) {
      for (++end; end < source.size() && isDigit(source[end]); ++end)
        ;
      if (end == source.size() || !isLetter(source[end])) {
        emit(Token::Kind::Real, source.substr(at, end - at));
        skip(end - at);
        return;
      }
    }
    if (end < source.size() && isLetter(source[end]))
      fail("only plain decimal numbers are supported, not '" + source.substr(at, end + 2 - at) + "'");
    emit(Token::Kind::Integer, {}, value);
    skip(end - at);
  }

  void readString(char quote) {
    const int start = line;
    std::string value;
    skip(1);
    while (true) {
      if (at == source.size())
        throw TemplateError(start, "a text has no closing quote");
      const char c = source[at];
      if (c == quote)
        break;
      if (c == '\\') {
        const Escape escape = escapeAt(rest().substr(1));
        if (!escape.problem.empty())
          fail(escape.problem);
        value += escape.text;
        skip(1 + escape.bytes);
      } else {
        value += c;
        skip(1);
      }
    }
    skip(1);
    emit(Token::Kind::String, value);
  }

  void readSymbol(int &depth) {
    static constexpr std::string_view kSymbols[] = {"**", "//", "==", "!=", "<=", ">=", "+", "-", "*",
                                                    "/",  "%",  "~",  "|",  "=",  "<",  ">", ".", ",",
                                                    ":",  "(",  ")",  "[",  "]",  "{",  "}"};
    for (std::string_view symbol : kSymbols) {
      if (!rest().starts_with(symbol))
        continue;
      if (symbol == "(" || symbol == "[" || symbol == "{")
        ++depth;
      if ((symbol == ")" || symbol == "]" || symbol == "}") && --depth < 0)
        fail("'" + std::string(symbol) + "' closes nothing");
      emit(Token::Kind::Symbol, std::string(symbol));
      skip(symbol.size());
      return;
    }
    fail(std::string("the character '") + source[at] + "' has no meaning inside a tag");
  }

  std::string source;
  size_t at = 0;
  int line = 1;
  std::vector<Token> tokens;
};

} // namespace

std::vector<Token> tokenizeTemplate(const std::string &source) { return Lexer(source).run(); }

} // namespace weebill::chat
