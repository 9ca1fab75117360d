//===- Lexer.cpp - Chat templates as tokens -------------------------------===//
//
// Tested by tests/unit/compiler/import/ChatTemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/Lexer.h"

#include "compiler/import/chat/TextOperations.h"
#include "compiler/import/chat/WhiteSpace.h"

#include <optional>
#include <string_view>

namespace weebill::chat {

void appendUtf8(uint32_t codePoint, std::string &out) {
  if (codePoint < 0x80) {
    out += char(codePoint);
  } else if (codePoint < 0x800) {
    out += char(0xc0 | codePoint >> 6);
    out += char(0x80 | (codePoint & 63));
  } else if (codePoint < 0x10000) {
    out += char(0xe0 | codePoint >> 12);
    out += char(0x80 | (codePoint >> 6 & 63));
    out += char(0x80 | (codePoint & 63));
  } else {
    out += char(0xf0 | codePoint >> 18);
    out += char(0x80 | (codePoint >> 12 & 63));
    out += char(0x80 | (codePoint >> 6 & 63));
    out += char(0x80 | (codePoint & 63));
  }
}

namespace {

bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool isDigit(char c) { return c >= '0' && c <= '9'; }

int hexDigit(char c) {
  if (isDigit(c))
    return c - '0';
  const char lower = char(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

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
    std::string text = source.substr(at, tag - at);
    const bool atLineStart = at == 0 || source[at - 1] == '\n';
    const char kind = tag < source.size() ? source[tag + 1] : '\0';
    const char sign = tag + 2 < source.size() ? source[tag + 2] : '\0';
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
    if (!kind)
      return;
    skip(sign == '-' || sign == '+' ? 3 : 2);
    if (kind == '#')
      skipComment();
    else
      readTag(kind == '{');
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
        readEscape(value);
      } else {
        value += c;
        skip(1);
      }
    }
    skip(1);
    emit(Token::Kind::String, value);
  }

  /// Python's escapes.
  void readEscape(std::string &value) {
    if (at + 1 == source.size())
      fail("a text has no closing quote");
    const char c = source[at + 1];
    constexpr std::string_view kNames = "ntr\\'\"abfv", kValues = "\n\t\r\\'\"\a\b\f\v";
    const size_t named = kNames.find(c);
    const int digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (named != std::string_view::npos) {
      value += kValues[named];
      skip(2);
    } else if (c == '\n') { // continued on the next line
      skip(2);
    } else if (digits) {
      uint32_t codePoint = 0;
      for (int i = 0; i < digits; ++i) {
        const int digit = at + 2 + i < source.size() ? hexDigit(source[at + 2 + i]) : -1;
        if (digit < 0)
          fail(std::string("the escape \\") + c + " needs " + std::to_string(digits) + " hexadecimal digits");
        codePoint = codePoint << 4 | uint32_t(digit);
      }
      if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint < 0xe000))
        fail("an escape is no character");
      appendUtf8(codePoint, value);
      skip(size_t(2 + digits));
    } else if (isDigit(c) || c == 'N') {
      fail(std::string("the escape \\") + c + " is not supported");
    } else { // Python keeps unknown escapes as they are
      value += '\\';
      skip(1);
    }
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
